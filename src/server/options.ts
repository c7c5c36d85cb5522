import type {OnComplete} from './complete-hook.js';
import type {LogLine} from './log.js';
import {logFaults} from './log.js';

/** What a request wants to do, for {@link Authorize}. `status` covers digests too, `read` is the content of a complete upload. */
export type UploadAction = 'create' | 'status' | 'send' | 'claim' | 'cancel' | 'read';

/** Whose complete files a claim may find: nobody's, those of the owner who claims, or everybody's. */
export type ClaimScope = 'none' | 'owner' | 'anyone';

/** Who a request acts for. Uploads of another owner do not exist for it. */
export interface Owner {
  readonly owner: string;
}

/**
 * Says who a request acts for, or answers it instead (401, 403, 503: `problem()` makes such an answer). Must not read the body.
 * May be asked twice about the same request, because browsers repeat requests.
 */
export type Authorize = (request: Request, action: UploadAction) => Owner | Response | Promise<Owner | Response>;

/** Bounds for the size of parts, in bytes, and how many one upload may send at a time. Advice to clients, but for `max`. */
export interface PartBounds {
  readonly min: number;
  readonly preferred: number;
  readonly max: number;
  readonly parallel: number;
}

/** Options of `createUploadHandler`. */
export interface UploadHandlerOptions {
  /** Folder that holds everything; made when it is missing. One process at a time may use it. */
  readonly directory: string;
  /** Path of the endpoint in URLs, without a slash at its end. @default '/uploads' */
  readonly path?: string;
  /** Largest file, in bytes. @default no limit */
  readonly maxSize?: number;
  /** @default {min: 65536, preferred: 8388608, max: 67108864, parallel: 4} */
  readonly parts?: Partial<PartBounds>;
  /** Origins whose pages may use the endpoint, as they stand in the `Origin` header. @default only the endpoint's own */
  readonly origins?: readonly string[];
  /** Request headers that pages on those origins may send beside the protocol's own. @default none */
  readonly allowHeaders?: readonly string[];
  /** Whether pages on those origins may send cookies and other credentials. @default false */
  readonly credentials?: boolean;
  /** @default everybody is one owner */
  readonly authorize?: Authorize;
  /**
   * Whose files a claim may find (instant upload: a file that is here already is not sent). `anyone`: also those of other owners, by
   * SHA-256 root and with a proof of possession; whoever has a file can then find out that somebody else has it too. Files that became
   * complete while it was `none` are not found. @default 'owner' with `authorize`; 'none' without, because then all strangers are one owner
   */
  readonly claims?: ClaimScope;
  /** How many uploads an owner may have open, which means neither complete nor canceled nor expired. More are answered 429. @default 1000 */
  readonly maxOpen?: number;
  /** How many separate ranges of one upload may be received. @default 4096 */
  readonly maxRanges?: number;
  /** How long a body may bring nothing, in ms, before its request is ended. What it brought is kept. @default 60000 */
  readonly idleTimeout?: number;
  /** Bytes per second that a body must bring, on average over `idleTimeout`; 0: any. @default 1000 */
  readonly minRate?: number;
  /** How long an upload is kept after it was last written to, in ms. Complete ones are kept for at least 24 h. @default 7 days */
  readonly expireAfter?: number;
  /** How often expired uploads are removed, in ms; the first time is 5 s after the start at the latest. `Infinity`: never by itself. @default 1 h */
  readonly sweepEvery?: number;
  /**
   * Hears of every complete upload: once, or, when the server crashes or it rejects, again. The answer that tells the client waits for it,
   * `completeTimeout` at most; whatever comes of it, the upload is complete. @default none
   */
  readonly onComplete?: OnComplete;
  /** How long an answer waits for `onComplete`, in ms. @default 5000 */
  readonly completeTimeout?: number;
  /** Hears of every answer and every fault. @default faults go to console.error, as JSON */
  readonly log?: (line: LogLine) => void;
}

/** All options, with nothing missing but the hook that nobody has to have. */
export type Settings = Required<Omit<UploadHandlerOptions, 'parts' | 'onComplete'>> &
  Pick<UploadHandlerOptions, 'onComplete'> & {readonly parts: PartBounds};

const hour = 3_600_000;

/** What a timer can wait for at most, in ms. */
export const longestTimer = 2_147_483_647;

/** Without an `authorize` hook all are one owner, and strangers to each other. */
export const anybody: Authorize = () => ({owner: ''});

/**
 * Fills in the defaults.
 *
 * @throws TypeError when an option makes no sense.
 */
export function settingsFrom(options: UploadHandlerOptions): Settings {
  const settings: Settings = {
    path: '/uploads',
    maxSize: Number.MAX_SAFE_INTEGER,
    origins: [],
    allowHeaders: [],
    credentials: false,
    authorize: anybody,
    claims: options.authorize ? 'owner' : 'none',
    maxOpen: 1_000,
    maxRanges: 4_096,
    idleTimeout: 60_000,
    minRate: 1_000,
    expireAfter: 7 * 24 * hour,
    sweepEvery: hour,
    completeTimeout: 5_000,
    log: logFaults,
    ...options,
    parts: {min: 65_536, preferred: 8_388_608, max: 67_108_864, parallel: 4, ...options.parts},
  };
  check(settings);
  const {idleTimeout, completeTimeout, log} = settings;
  return {
    ...settings,
    idleTimeout: Math.min(idleTimeout, longestTimer),
    completeTimeout: Math.min(completeTimeout, longestTimer),
    log: neverThrowing(log),
  };
}

function check(settings: Settings): void {
  const {min, preferred, max, parallel} = settings.parts;
  if (!/^(\/[^/]+)+$/.test(settings.path)) throw new TypeError(`path must begin with a slash and end without one: ${settings.path}`);
  if (!(min >= 1 && min <= preferred && preferred <= max)) throw new TypeError('parts: 1 <= min <= preferred <= max does not hold');
  if (!['none', 'owner', 'anyone'].includes(settings.claims))
    throw new TypeError(`claims must be none, owner or anyone: ${settings.claims}`);
  if (!(parallel >= 1)) throw new TypeError('parts.parallel must be at least 1');
  for (const name of ['maxOpen', 'maxRanges', 'idleTimeout', 'expireAfter', 'sweepEvery', 'completeTimeout'] as const) {
    if (!(settings[name] > 0)) throw new TypeError(`${name} must be more than 0`);
  }
  for (const name of ['maxSize', 'minRate'] as const) if (!(settings[name] >= 0)) throw new TypeError(`${name} must not be less than 0`);
}

/** A log that fails is no reason not to answer. */
function neverThrowing(log: Settings['log']): Settings['log'] {
  return (line) => {
    try {
      log(line);
    } catch (error) {
      console.error(error);
    }
  };
}
