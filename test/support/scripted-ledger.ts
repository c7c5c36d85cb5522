import assert from 'node:assert/strict';
import {bytesIn, covers, gaps, union, without, type Range, type Ranges} from '../../src/core/ranges.js';
import type {ChunksServer} from './scripted-chunks-server.js';
import type {ChunksUpload} from './scripted-chunks-upload.js';
import type {Delivered, Passage} from './scripted-passage.js';
import type {ServerView} from './scripted-promises.js';

/** What the client has been told of one upload on the server. */
interface Account {
  /** What it certainly knows, and must not send again. */
  known: Ranges;
  /** The most that it may count. */
  countable: Ranges;
  /** A part has gone without an answer that the client could use: it has to ask before it sends more. */
  unsure: Range[];
  /** It was told less than there is. Parts may wait for their turn although what they bring is there, as other answers will show. */
  deceived: boolean;
}

/** Keeps books of what the client was told, request by request, and so of what it may count and must not send. */
export class Ledger implements ServerView {
  readonly #server: ChunksServer;
  readonly #accounts = new Map<ChunksUpload, Account>();
  readonly #losses = new Map<number, number>();
  readonly #said = new Map<number, Set<number>>();
  readonly #openedWith = new Set<string>();
  /** How often the client was told that an upload is gone, by size. */
  readonly #gone = new Map<number, number>();

  constructor(server: ChunksServer) {
    this.#server = server;
  }

  everMade(size: number): readonly ChunksUpload[] {
    return this.#server.everMade.filter((upload) => upload.size === size);
  }

  countable(size: number): number {
    const last = this.everMade(size).findLast((upload) => this.#accounts.has(upload));
    return last ? bytesIn(this.#account(last).countable) : 0;
  }

  losses(size: number): number {
    return (this.#losses.get(size) ?? 0) + this.everMade(size).reduce((sum, {losses}) => sum + losses, 0);
  }

  /** Whether the client was given this status for a request about the file of this size. */
  wasTold(size: number, status: number): boolean {
    return this.#said.get(size)?.has(status) ?? false;
  }

  /** How often it was told that there is no such upload. */
  goneOf(size: number): number {
    return this.#gone.get(size) ?? 0;
  }

  /** Bytes of the file of which a request speaks. */
  sizeOf({method, headers, path}: Passage): number | undefined {
    if (method === 'POST' || headers.has('Upload-Length')) return Number(headers.get('Upload-Length'));
    return this.#server.everMade.find(({id}) => `/uploads/${id}` === path)?.size;
  }

  /** A request leaves. */
  leaves(passage: Passage): void {
    const {method, headers, body} = passage;
    if (method === 'POST') {
      const key = headers.get('Idempotency-Key') ?? '';
      assert.ok(passage.length === 0 || !this.#openedWith.has(key), 'a creation that may have happened is repeated without bytes');
      this.#openedWith.add(key);
    }
    const upload = this.#about(passage);
    if (!upload || method !== 'PUT') return;
    const account = this.#account(upload);
    // Unless the answer to another part has told meanwhile that the server has these bytes.
    const known = account.unsure.every((span) => covers(account.countable, span));
    assert.ok(known, 'after a part whose outcome is unknown the server is asked before more is sent');
    const again = overlap(account.known, body);
    upload.resent += again;
    assert.equal(again, 0, `P2: ${body.start}-${body.end} is sent again, of which ${JSON.stringify(account.known)} was acknowledged`);
  }

  /** The client reads this answer. */
  arrives(passage: Passage, answer: Delivered): void {
    const size = this.sizeOf(passage);
    // A wrong Location has led there: whose upload it was is not to be seen.
    const sizes = size === undefined ? this.#server.everMade.map((upload) => upload.size) : [size];
    for (const one of sizes) this.#said.set(one, (this.#said.get(one) ?? new Set()).add(answer.status));
    if (size === undefined && isGone(passage, answer)) sizes.forEach((one) => this.#forgets(one));
    if (size === undefined) return;
    if (isGone(passage, answer) || answer.ofAnother) this.#forgets(size);
    const upload = this.#about(passage);
    if (!upload) return;
    if (answer.claims) this.#notes(upload, passage, answer.claims, answer.lie ?? false);
    if (passage.method === 'PUT' && !isBeside(passage) && !(answer.claims && covers(answer.claims, passage.body)))
      this.#account(upload).unsure.push(passage.body);
  }

  /** No answer comes. */
  fails(passage: Passage): void {
    const upload = passage.method === 'PUT' && !isBeside(passage) ? this.#about(passage) : undefined;
    if (upload) this.#account(upload).unsure.push(passage.body);
  }

  /** The server has lost bytes: they have to be sent again. */
  lost(upload: ChunksUpload, span: Range): void {
    const account = this.#account(upload);
    account.known = without(account.known, span);
  }

  #notes(upload: ChunksUpload, passage: Passage, claims: Ranges, lie: boolean): void {
    const {method, opens, body, length} = passage;
    const account = this.#account(upload);
    if (isBeside(passage) || (method === 'POST' && length > 0)) {
      // What all of these answers tell is added up, and counts when they are there: no part leaves before.
      account.known = union(...account.known, ...claims);
      account.countable = union(...account.countable, ...claims);
      account.deceived ||= lie;
      return;
    }
    if (bytesIn(claims) < bytesIn(account.countable)) this.#loses(upload.size);
    if (opens) {
      account.known = claims;
      account.countable = claims;
      account.unsure = [];
      account.deceived = lie;
      return;
    }
    account.countable = union(...account.countable, ...claims);
    if (method !== 'PUT' || !covers(claims, body)) return;
    // Of a lie only what the client had to believe: it may have taken other parts already.
    account.known = lie || account.deceived ? union(...account.known, body) : union(...account.known, ...claims);
  }

  #forgets(size: number): void {
    this.#loses(size);
    this.#gone.set(size, this.goneOf(size) + 1);
  }

  #loses(size: number): void {
    this.#losses.set(size, (this.#losses.get(size) ?? 0) + 1);
  }

  #about({method, headers, path}: Passage): ChunksUpload | undefined {
    const key = headers.get('Idempotency-Key')?.replaceAll('"', '');
    if (method === 'POST' || isBeside({method, path})) return this.#server.everMade.findLast((upload) => upload.key === key);
    return this.#server.everMade.find(({id}) => `/uploads/${id}` === path);
  }

  #account(upload: ChunksUpload): Account {
    const account = this.#accounts.get(upload) ?? {known: [], countable: [], unsure: [], deceived: false};
    this.#accounts.set(upload, account);
    return account;
  }
}

const overlap = (ranges: Ranges, span: Range): number => span.end - span.start - bytesIn(gaps(ranges, span));

/** Whether it brings bytes beside a creation. */
export const isBeside = ({method, path}: Pick<Passage, 'method' | 'path'>): boolean => method === 'PUT' && path === '/uploads';

const isGone = ({method}: Passage, {status}: Delivered): boolean => status === 410 || (status === 404 && method !== 'POST');
