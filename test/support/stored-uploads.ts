import {readdir} from 'node:fs/promises';

/** Asks a server for a path. */
type Ask = (path: string) => Promise<Response>;

/** Ids of all uploads in a server's folder. */
export async function uploadsIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, {withFileTypes: true});
  return entries.filter((entry) => entry.isDirectory() && /^[0-9a-f]{40}$/.test(entry.name)).map(({name}) => name);
}

/** What a server says it has of each upload in its folder, by path. */
export async function rangesIn(directory: string, ask: Ask): Promise<ReadonlyMap<string, readonly [number, number][]>> {
  const paths = (await uploadsIn(directory)).map((id) => `/uploads/${id}`);
  return new Map(await Promise.all(paths.map(async (path) => [path, await rangesOf(await ask(path))] as const)));
}

/** Bytes that a server says it has, of all uploads in its folder together. */
export async function bytesIn(directory: string, ask: Ask): Promise<number> {
  return [...(await rangesIn(directory, ask)).values()].flat().reduce((sum, [start, end]) => sum + end - start, 0);
}

async function rangesOf(answer: Response): Promise<readonly [number, number][]> {
  if (!answer.ok) return [];
  const status = (await answer.json()) as {size: number; complete: boolean; received: [number, number][]};
  return status.complete ? [[0, status.size]] : status.received;
}
