import {UploadError} from './errors.js';
import type {Json} from './ports.js';
import {gaps, type Range, type Ranges} from './ranges.js';
import type {Run} from './run.js';
import type {SavedDigests, SavedUpload} from './saved-upload.js';

/**
 * Proves that the file is the one of which the server has bytes already, by the digests of the blocks that it has: a name, a size and a
 * date prove nothing. Reads every such block once, and nothing when the upload was not begun by an earlier page or run. A block that
 * nobody has ever digested cannot be compared; the server compares it as soon as it is whole, and until then nothing is held to the
 * digest that it has in this file.
 *
 * @returns False when it is another one, and only this list has ever seen the upload: it starts again with the file as it is now.
 * @throws UploadError `other-file` when it is another file. What the server has is kept.
 */
export async function proveSame(run: Run, remote: Json, confirmed: Ranges, signal: AbortSignal): Promise<boolean> {
  const {record, digests, file} = run;
  const saved = record.unproven;
  if (!saved) return true;
  const known = await knownDigests(run, saved, remote, confirmed, signal);
  const uncompared = new Set<number>();
  for (const span of confirmed) {
    const {start} = digests.blocksOf(span);
    const own = await digests.of(span, signal);
    const differs = own.some((digest, at) => known(start + at) !== undefined && known(start + at) !== digest);
    for (const at of own.keys()) if (known(start + at) === undefined) uncompared.add(start + at);
    if (differs && record.isOwn) return false;
    if (differs) throw otherFile(file.name);
  }
  record.proven(uncompared);
  return true;
}

const otherFile = (name: string): UploadError =>
  new UploadError(
    'other-file',
    `This is not the file of which the server has a part: it is called "${name}" too, but its content differs.`,
  );

/** What each block was when it was sent: as this side has saved it or, where it has not, as the server says. */
async function knownDigests(
  {digests, protocol, reach}: Run,
  {digests: saved}: SavedUpload,
  remote: Json,
  confirmed: Ranges,
  signal: AbortSignal,
): Promise<(index: number) => string | undefined> {
  const fits = (list: Pick<SavedDigests, 'algorithm' | 'blockSize'> | undefined): boolean =>
    list?.algorithm === digests.algorithm && list.blockSize === digests.blockSize;
  const own = fits(saved) ? saved : undefined;
  if (digests.algorithm === 'none') return () => undefined;
  const isMissing = (index: number): boolean => own?.list[index] === undefined && isWhole(digests.block(index), confirmed);
  const needsServer = confirmed.some((span) => {
    const {start, end} = digests.blocksOf(span);
    return Array.from({length: end - start}, (_, at) => start + at).some(isMissing);
  });
  const ask = protocol.digests?.bind(protocol);
  const theirs = needsServer && ask ? await reach.through((limited) => ask(remote, limited), signal) : undefined;
  return (index) => own?.list[index] ?? (theirs && fits(theirs) ? theirs.digests[index] : undefined);
}

const isWhole = (block: Range, confirmed: Ranges): boolean => gaps(confirmed, block).length === 0;
