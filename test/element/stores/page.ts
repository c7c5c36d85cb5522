import type {indexedStore} from '../../../src/stores/indexed.js';

/** Another page of the same origin, with its own connections. */
export interface OtherPage {
  readonly indexedStore: typeof indexedStore;
  /** Ends the page, and with it all of its connections, as closing a tab does. */
  close(): void;
}

/** Opens another page that has the store. */
export async function openPage(): Promise<OtherPage> {
  const frame = document.createElement('iframe');
  await new Promise((resolve) => {
    frame.addEventListener('load', resolve, {once: true});
    frame.src = new URL('./empty.html', import.meta.url).href;
    document.body.append(frame);
  });
  const there = frame.contentWindow as unknown as {take: (made: typeof indexedStore) => void};
  const made = new Promise<typeof indexedStore>((resolve) => (there.take = resolve));
  const script = frame.contentDocument?.createElement('script');
  if (!script) throw new Error('the page has no document');
  script.type = 'module';
  const path = new URL('../../../src/stores/indexed.ts', import.meta.url).href;
  script.textContent = `import {indexedStore} from ${JSON.stringify(path)}; take(indexedStore);`;
  frame.contentDocument?.head.append(script);
  return {indexedStore: await made, close: () => frame.remove()};
}
