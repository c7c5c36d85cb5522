/** Path of the worker as it is published. The tests run after the build. */
export const builtPath = '/dist/hash/hash.worker.js';

/** The published worker's text. */
export async function builtText(): Promise<string> {
  const response = await fetch(builtPath);
  if (!response.ok) throw new Error(`${builtPath} is missing: build first (npm run build)`);
  return response.text();
}

/** A Worker made of a script given as text. */
export function scriptWorker(script: string): Worker {
  const url = URL.createObjectURL(new Blob([script], {type: 'text/javascript'}));
  const worker = new Worker(url);
  worker.addEventListener('message', () => URL.revokeObjectURL(url), {once: true});
  return worker;
}

/** A script that speaks Comlink's wire by hand: `answers` maps a method's name to an expression for its value. */
export const scripted = (answers: Readonly<Record<string, string>>): string => `
  const answers = {${Object.entries(answers)
    .map(([name, value]) => `${name}: () => (${value})`)
    .join(',')}};
  self.onmessage = async ({data}) => {
    const answer = answers[(data.path ?? []).join('.')];
    if (answer) self.postMessage({id: data.id, type: 'RAW', value: await answer()});
  };`;
