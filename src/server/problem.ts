import type {Ranges} from '../core/ranges.js';

const kinds = {
  'bad-request': [400, 'A header is missing or malformed'],
  'blocks-required': [400, 'Digests of blocks are missing'],
  'too-many-parts': [400, 'The upload came in too many pieces'],
  unauthorized: [401, 'Credentials are missing or not valid'],
  forbidden: [403, 'Not allowed'],
  'proof-refused': [403, 'The proof is wrong, too late or used'],
  unknown: [404, 'No such upload'],
  method: [405, 'Not a method of this URL'],
  'too-slow': [408, 'The body came too slowly'],
  superseded: [409, 'A newer writer or a newer request has taken over'],
  'size-differs': [409, 'The upload has another size'],
  complete: [409, 'The upload is complete'],
  received: [409, 'The part begins with bytes that were received already'],
  claimed: [409, 'A claim has ended the part'],
  gone: [410, 'The upload was canceled or has expired'],
  'part-too-large': [413, 'The part is too large'],
  'file-too-large': [413, 'The file is too large'],
  'key-reused': [422, 'The key belongs to an upload of another size'],
  'blocks-dropped': [422, 'Blocks did not have the digest that was announced'],
  'too-many': [429, 'Too many uploads are open'],
  busy: [503, 'The server is busy'],
  'storage-full': [507, 'There is no space left'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

/** The last word of a problem's `type`, `urn:chunks:…`: see section 6 of the protocol. */
export type ProblemKind = keyof typeof kinds;

/** What a problem may tell beyond its kind. */
export interface ProblemMembers {
  /** What the server has of the upload the problem is about. */
  readonly received?: Ranges;
  /** Numbers of the blocks that were dropped. */
  readonly blocks?: readonly number[];
}

/** Byte spans as they stand in JSON. */
export const pairs = (ranges: Ranges): readonly (readonly [start: number, end: number])[] => ranges.map(({start, end}) => [start, end]);

/** A request that is not done, and why. Thrown anywhere in the server, answered in one place. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: ProblemKind;
  readonly members: ProblemMembers;
  /** Headers that go with the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: ProblemKind, detail: string, members: ProblemMembers = {}, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.kind = kind;
    this.members = members;
    this.headers = headers;
  }

  get status(): number {
    return kinds[this.kind][0];
  }

  get type(): `urn:chunks:${ProblemKind}` {
    return `urn:chunks:${this.kind}`;
  }
}

/**
 * An answer as `application/problem+json` (RFC 9457). Also for an `authorize` hook that wants to answer 401, 403 or 503 in the
 * protocol's own words.
 */
export function problem(
  kind: ProblemKind,
  detail: string,
  members: ProblemMembers = {},
  headers: Readonly<Record<string, string>> = {},
): Response {
  const [status, title] = kinds[kind];
  const {received, blocks} = members;
  const body = {type: `urn:chunks:${kind}`, title, status, detail, received: received && pairs(received), blocks};
  return problemResponse(status, body, headers);
}

/** The answer to a {@link Refusal}. */
export const refusalResponse = ({kind, message, members, headers}: Refusal): Response => problem(kind, message, members, headers);

/** The answer when the server itself is at fault. Says nothing of what happened: that is for its log. */
export const internalError = (): Response => problemResponse(500, {type: 'about:blank', title: 'Internal Server Error', status: 500}, {});

function problemResponse(status: number, body: object, headers: Readonly<Record<string, string>>): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...headers},
  });
}
