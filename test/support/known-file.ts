import type {DiskFile} from './disk-file.js';
import type {UploaderPage} from './page.js';

/** What a person says to the browser's question for access; `none`: nothing, for ever. */
export type Consent = 'granted' | 'denied' | 'none';

/**
 * What a file handle's two permission calls give, in every load of a page that has this as its script. The browser's own
 * question cannot be answered by a driver, so both are replaced; the handle itself is a real one, of the origin's own files.
 *
 * @param answers What is said to one question after the other; the last one holds for all that follow.
 */
export const handlePermissions = (...answers: readonly Consent[]): string => `{
  let state = 'prompt';
  const answers = ${JSON.stringify(answers)};
  globalThis.askedForAccess = [];
  Object.assign(FileSystemHandle.prototype, {
    queryPermission: () => Promise.resolve(state),
    requestPermission: () => {
      askedForAccess.push(navigator.userActivation.isActive);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      return answer === 'none' ? new Promise(() => undefined) : Promise.resolve((state = answer));
    },
  });
}`;

/** For each time that access was asked for in this page load: whether the browser would have shown its question. */
export const askedForAccess = ({page}: UploaderPage): Promise<readonly boolean[]> =>
  page.evaluate('globalThis.askedForAccess ?? []') as Promise<boolean[]>;

/** Puts a copy of `file` among the origin's own files and adds it with its handle, as a page does that has shown a picker of its own. */
export async function addWithHandle({page}: UploaderPage, file: DiskFile): Promise<void> {
  const input = await page.evaluateHandle(() => {
    const plain = document.createElement('input');
    plain.type = 'file';
    document.body.append(plain);
    return plain;
  });
  await (input as unknown as {uploadFile(path: string): Promise<void>}).uploadFile(file.path);
  await page.evaluate(async (plain) => {
    const [picked] = plain.files ?? [];
    if (!picked) throw new Error('No file was picked');
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle(picked.name, {create: true});
    await picked.stream().pipeTo(await handle.createWritable());
    plain.remove();
    const blob = await handle.getFile();
    const {name, lastModified} = blob;
    const element = document.querySelector('chunk-uploader') as unknown as {add(files: readonly object[]): void};
    element.add([{blob, name, lastModified, handle}]);
  }, input);
}
