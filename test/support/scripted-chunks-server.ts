import {BLOCK_SIZE} from '../../src/core/digests.js';
import type {Clock, PartRule} from '../../src/core/ports.js';
import type {Range} from '../../src/core/ranges.js';
import {announcedBlocks, missingBlocks} from '../../src/server/announced-blocks.js';
import {pairs, Refusal} from '../../src/server/problem.js';
import {contentRange, digestAlgorithm, idempotencyKey, metadata, optionalWriter} from '../../src/server/request-headers.js';
import {requiredWriter, requireOctets, uploadLength} from '../../src/server/request-headers.js';
import {isHigher, takesOver, type Writer} from '../../src/server/writers.js';
import {ChunksUpload} from './scripted-chunks-upload.js';
import {ArrivingPart, Reception, refusalReply, type PartClaim, type ServerReply} from './scripted-reception.js';

/** A request whose headers have come to the server. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  /** Bytes in its body. */
  readonly length: number;
}

/** What a {@link ChunksServer} allows. */
export type ServerParts = Pick<PartRule, 'min' | 'preferred' | 'max' | 'parallel'>;

/** A part whose writer is known. */
type SignedClaim = PartClaim & {readonly writer: Writer};

const firstBytes = 1_048_576;

/**
 * A server of docs/protocol.md in memory, which does everything in the task in which it hears of it: so it can live with a clock that stands
 * still. Reads headers, and judges writers, with the reference server's own code. Has no owners, no expiry, no content to read, and
 * nothing to claim.
 */
export class ChunksServer {
  readonly parts: ServerParts;
  /** All that it ever had, also what it has forgotten. */
  readonly everMade: ChunksUpload[] = [];
  /** What was wrong with requests that no correct client makes. */
  readonly malformed: string[] = [];
  readonly #clock: Clock;
  readonly #forgotten = new Set<ChunksUpload>();
  readonly #buried = new Set<string>();

  constructor(clock: Clock, parts: ServerParts) {
    this.#clock = clock;
    this.parts = parts;
  }

  /** Those that it knows and that are not over. */
  get open(): readonly ChunksUpload[] {
    return this.everMade.filter((upload) => !upload.complete && !upload.canceled && !this.#forgotten.has(upload));
  }

  /** The headers of a request have come. */
  begin(incoming: Incoming): Reception {
    const reception = new Reception();
    try {
      this.#route(incoming, reception);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 400 || error.status === 405) this.malformed.push(`${incoming.method} ${incoming.path}: ${error.message}`);
      reception.reply(refusalReply(error));
    }
    return reception;
  }

  /** What it would say of the upload at `path`, without being asked. */
  statusAt(path: string): ServerReply | undefined {
    const upload = this.#byId(path);
    return upload && this.#status(upload);
  }

  /** It does not know the upload any more. */
  forget(upload: ChunksUpload): void {
    this.#forgotten.add(upload);
    upload.end(() => true, 'unknown');
  }

  /** The machine goes down and comes up again: what was not synced is lost. */
  crash(): void {
    for (const upload of this.everMade) for (const part of [...upload.arriving]) part.crash();
  }

  #route(incoming: Incoming, reception: Reception): void {
    const {method, path} = incoming;
    if (path === '/uploads' && (method === 'POST' || method === 'PUT')) return this.#create(incoming, reception);
    if (path === '/uploads' && method === 'HEAD')
      return reception.reply({status: 204, headers: {Allow: 'HEAD, POST, PUT, DELETE'}, body: undefined});
    if (path === '/uploads' && method === 'DELETE') return this.#cancel(this.#byKey(idempotencyKey(incoming.headers)), incoming, reception);
    if (path === '/uploads') throw new Refusal('method', `${method} ${path}`);
    if (method === 'GET') return this.#ask(this.#find(path), incoming, reception);
    if (method === 'POST') return this.#claim(this.#find(path), reception);
    if (method === 'PUT') return this.#send(this.#find(path), incoming, reception);
    if (method === 'DELETE') return this.#cancel(this.#byId(path), incoming, reception);
    throw new Refusal('method', `${method} ${path}`);
  }

  /** `POST` creates, and so does a `PUT` of bytes beside a creation. */
  #create({method, headers, length}: Incoming, reception: Reception): void {
    const isBeside = method === 'PUT';
    const [size, key, algorithm, writer] = [
      uploadLength(headers),
      idempotencyKey(headers),
      digestAlgorithm(headers),
      isBeside ? requiredWriter(headers) : optionalWriter(headers),
    ];
    metadata(headers);
    if (length > 0) requireOctets(headers);
    const span = isBeside ? contentRange(headers).span : {start: 0, end: length};
    if (span.end > firstBytes) throw new Refusal('part-too-large', 'Too much for a creation.');
    if (span.end > size || length !== bytesOf(span)) throw new Refusal('bad-request', 'Not the bytes that the headers say.');
    const blocks = length > 0 ? announcedBlocks(headers, algorithm, span) : undefined;
    if (length > 0 && !blocks && algorithm !== 'none' && span.end >= Math.min(size, BLOCK_SIZE)) throw missingBlocks(span);
    const known = this.#byKey(key);
    if (this.#buried.has(key) || known?.canceled) throw new Refusal('gone', 'The upload was canceled.');
    const upload = known ?? this.#make(key, size, algorithm);
    const extra = {Location: `/uploads/${upload.id}`};
    if (upload.size !== size) throw new Refusal('key-reused', 'Another size.', {received: upload.received}, extra);
    const answer = (): void => reception.reply(this.#status(upload, known || upload.complete ? 200 : 201, extra));
    if (length > 0 && !upload.complete) {
      if (writer && upload.isOutdated(writer, isBeside ? isHigher : takesOver)) throw superseded(upload, extra);
      if (blocks) upload.announce(blocks.first, blocks.digests);
      if (writer && isBeside) upload.adopt(writer, isHigher);
      return this.#take(upload, {span, writer, creation: !isBeside}, reception, answer, extra);
    }
    upload.end(({claim}) => claim.creation);
    if (writer && upload.adopt(writer, takesOver)) upload.end(() => true);
    upload.completeIfWhole();
    answer();
  }

  #ask(upload: ChunksUpload, {headers}: Incoming, reception: Reception): void {
    const writer = optionalWriter(headers);
    if (writer && !upload.complete && upload.adopt(writer, takesOver)) upload.end(() => true);
    upload.completeIfWhole();
    reception.reply(this.#status(upload));
  }

  /** It has nothing that could be claimed: what comes is what arrives. */
  #claim(upload: ChunksUpload, reception: Reception): void {
    reception.reply(this.#status(upload));
  }

  #send(upload: ChunksUpload, incoming: Incoming, reception: Reception): void {
    upload.completeIfWhole();
    const answer = (): void => reception.reply(this.#status(upload));
    const claim = this.#accept(upload, incoming);
    if (!claim) return answer();
    upload.adopt(claim.writer, isHigher);
    this.#take(upload, claim, reception, answer);
  }

  /** Everything that is refused before a body is read. `undefined` when nothing is to be written. */
  #accept(upload: ChunksUpload, incoming: Incoming): SignedClaim | undefined {
    try {
      const claim = this.#check(upload, incoming);
      upload.note(undefined, this.#clock.today());
      return claim;
    } catch (error) {
      if (error instanceof Refusal && error.kind !== 'superseded') upload.note(error, this.#clock.today());
      throw error;
    }
  }

  #check(upload: ChunksUpload, {headers, length}: Incoming): SignedClaim | undefined {
    const {span, size} = contentRange(headers);
    const writer = requiredWriter(headers);
    requireOctets(headers);
    if (upload.complete) return undefined;
    if (size !== upload.size) throw new Refusal('size-differs', 'Another size.', {received: upload.received});
    if (upload.isOutdated(writer, isHigher)) throw superseded(upload);
    if (bytesOf(span) > this.parts.max) throw new Refusal('part-too-large', `A part may have ${this.parts.max} bytes.`);
    if (length !== bytesOf(span)) throw new Refusal('bad-request', 'Content-Length: is not the length of Content-Range.');
    const blocks = announcedBlocks(headers, upload.algorithm, span);
    if (!blocks && upload.algorithm !== 'none') throw missingBlocks(span);
    if (blocks) upload.announce(blocks.first, blocks.digests);
    return {span, writer, creation: false};
  }

  #take(upload: ChunksUpload, claim: PartClaim, reception: Reception, answer: () => void, headers: Record<string, string> = {}): void {
    upload.end((older) => older.isInTheWayOf(claim));
    if (claim.writer && claim.creation) upload.adopt(claim.writer, takesOver);
    if (upload.complete) return answer();
    const part = new ArrivingPart(upload, claim, this.#clock, (refusal) => {
      if (!refusal || upload.complete) answer();
      else reception.reply(refusalReply(refusal, headers));
    });
    upload.arriving.add(part);
    reception.take(part);
  }

  #cancel(upload: ChunksUpload | undefined, {headers}: Incoming, reception: Reception): void {
    if (upload?.complete) throw new Refusal('complete', 'A complete upload is not removed.', {received: upload.received});
    const key = headers.get('Idempotency-Key') === null ? undefined : idempotencyKey(headers);
    if (key !== undefined && !upload) this.#buried.add(key);
    if (upload) upload.canceled = true;
    upload?.end(() => true, 'gone');
    reception.reply({status: 204, headers: {}, body: undefined});
  }

  #make(key: string, size: number, algorithm: ChunksUpload['algorithm']): ChunksUpload {
    const upload = new ChunksUpload(`u${this.everMade.length + 1}`, key, size, algorithm);
    this.everMade.push(upload);
    return upload;
  }

  #byKey = (key: string): ChunksUpload | undefined => this.everMade.find((upload) => upload.key === key && !this.#forgotten.has(upload));

  #byId = (path: string): ChunksUpload | undefined =>
    this.everMade.find((upload) => `/uploads/${upload.id}` === path && !this.#forgotten.has(upload));

  #find(path: string): ChunksUpload {
    const upload = this.#byId(path);
    if (!upload) throw new Refusal('unknown', 'There is no such upload.');
    if (upload.canceled) throw new Refusal('gone', 'The upload was canceled.');
    return upload;
  }

  #status(upload: ChunksUpload, status = 200, headers: Record<string, string> = {}): ServerReply {
    const {size, received, complete, id, algorithm, served} = upload;
    const today = this.#clock.today();
    const rest = served
      ? {result: {url: `/uploads/${id}/content`, name: '', type: '', size, algorithm, digest: served.digest}}
      : {parts: this.parts, refused: upload.refusedAt(today)};
    const body = {size, received: pairs(received), complete, ...rest, expires: new Date(today + 604_800_000).toISOString()};
    return {status, headers: {...headers, 'Content-Type': 'application/json'}, body};
  }
}

const bytesOf = ({start, end}: Range): number => end - start;

const superseded = ({received}: ChunksUpload, headers: Record<string, string> = {}): Refusal =>
  new Refusal('superseded', 'A newer writer has taken over.', {received}, headers);
