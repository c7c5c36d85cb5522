import {readdir} from 'node:fs/promises';

/** Asks a server for a path. */
type Ask = (path: string) => Promise<Response>;

/** Ids of all uploads in a server's folder. */
export async function uploadsIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, {withFileTypes: true});
  return entries.filter((entry) => entry.isDirectory()).map(({name}) => name);
}

/** Bytes that a server says it has, of all uploads in its folder together. */
export async function bytesIn(directory: string, ask: Ask): Promise<number> {
  const all = (await uploadsIn(directory)).map(async (id) => bytesOf(await ask(`/uploads/${id}`)));
  return (await Promise.all(all)).reduce((sum, bytes) => sum + bytes, 0);
}

async function bytesOf(answer: Response): Promise<number> {
  if (!answer.ok) return 0;
  const status = (await answer.json()) as {size: number; complete: boolean; received: [number, number][]};
  return status.complete ? status.size : status.received.reduce((sum, [start, end]) => sum + end - start, 0);
}
