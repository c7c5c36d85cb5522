import type {Json, Opened, OpenRequest, Sent, SourceFile} from '../../src/core/ports.js';
import {union, type Range, type Ranges} from '../../src/core/ranges.js';
import {sourceFile} from '../../src/core/source-file.js';
import {randomBytes} from '../support/bytes.js';
import {never} from './clauses.js';
import type {ProtocolScene} from './protocol-scene.js';

export const MiB = 1_048_576;

const patience = (): number => 8_000;

/** 128 random bits, as the core makes them. */
export const newKey = (): string => Array.from(randomBytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A file of random bytes, and these bytes. */
export function randomFile(size: number, name = 'a.bin'): {file: SourceFile; bytes: Uint8Array<ArrayBuffer>} {
  const bytes = randomBytes(size);
  return {bytes, file: sourceFile({blob: new Blob([bytes]), name, lastModified: 1})};
}

/** Opens an upload. What is not said is as at its first time. */
export function open(
  {protocol, digestsOf}: ProtocolScene,
  file: SourceFile,
  changes: Partial<OpenRequest> = {},
  signal = never(),
): Promise<Opened<Json>> {
  const request = {
    file,
    key: newKey(),
    repeated: false,
    saved: undefined,
    digests: digestsOf(file),
    carry: 1_048_576,
    spread: 1,
    onSent: () => undefined,
    patience,
  };
  return protocol.open({...request, ...changes}, signal);
}

/** An open upload with nothing finished about it. */
export type OpenUpload = Extract<Opened<Json>, {kind: 'open'}>;

/** Opens an upload that cannot be over yet. */
export async function openUpload(scene: ProtocolScene, file: SourceFile, changes: Partial<OpenRequest> = {}): Promise<OpenUpload> {
  const opened = await open(scene, file, changes);
  if (opened.kind !== 'open') throw new Error(`expected an open upload, got ${opened.kind}`);
  return opened;
}

/** Sends one part. */
export function send(
  {protocol, digestsOf}: ProtocolScene,
  file: SourceFile,
  remote: Json,
  part: Range,
  {signal = never(), onSent = (): void => undefined}: {signal?: AbortSignal; onSent?: (bytes: number) => void} = {},
): Promise<Sent> {
  return protocol.send({remote, file, part, digests: digestsOf(file), onSent, patience}, signal);
}

/** Sends one part that must be taken. What the server has afterwards, of which a finished upload has everything. */
export async function sendWell(scene: ProtocolScene, file: SourceFile, remote: Json, part: Range): Promise<Ranges> {
  const sent = await send(scene, file, remote, part);
  if (sent.kind === 'kept') return sent.confirmed;
  if (sent.kind === 'done') return [{start: 0, end: file.size}];
  throw new Error(`the part was answered with "${sent.kind}"`);
}

/** The bytes that are missing, cut into parts of `size`. */
export function partsOf(confirmed: Ranges, file: SourceFile, size: number): Range[] {
  const parts: Range[] = [];
  for (let start = confirmed[0]?.start === 0 ? confirmed[0].end : 0; start < file.size; start += size) {
    parts.push({start, end: Math.min(file.size, start + size)});
  }
  return parts;
}

/** What the server says that it has. */
export async function confirmedOf({protocol}: ProtocolScene, remote: Json): Promise<Ranges> {
  const answer = await protocol.ask(remote, never());
  if (answer.kind !== 'open') throw new Error(`expected an open upload, got ${answer.kind}`);
  return union(...answer.confirmed);
}

/** Sends everything that is missing, in order, and has it put together. */
export async function sendAll(scene: ProtocolScene, file: SourceFile, {remote, confirmed, parts}: OpenUpload) {
  for (const part of partsOf(confirmed, file, parts.preferred)) {
    const sent = await send(scene, file, remote, part);
    if (sent.kind === 'done') return sent.result;
    if (sent.kind !== 'kept') throw new Error(`the part was answered with "${sent.kind}"`);
  }
  const finished = await scene.protocol.finish(remote, never());
  if (finished.kind !== 'done') throw new Error(`expected a result, got ${finished.kind}`);
  return finished.result;
}

/** Uploads a whole file as simply as can be. */
export async function upload(scene: ProtocolScene, file: SourceFile, changes: Partial<OpenRequest> = {}) {
  const opened = await open(scene, file, changes);
  if (opened.kind === 'gone') throw new Error('the server knows of an upload that never was');
  return opened.kind === 'known' ? opened.result : sendAll(scene, file, opened);
}
