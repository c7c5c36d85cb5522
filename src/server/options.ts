/** What a request wants to do, for {@link Authorize}. `status` covers digests too, `read` is the content of a complete upload. */
export type UploadAction = 'create' | 'status' | 'send' | 'cancel' | 'read';

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
  /** @default {min: 65536, preferred: 8388608, max: 67108864, parallel: 3} */
  readonly parts?: Partial<PartBounds>;
  /** Origins whose pages may use the endpoint, as they stand in the `Origin` header. @default only the endpoint's own */
  readonly origins?: readonly string[];
  /** Request headers that pages on those origins may send beside the protocol's own. @default none */
  readonly allowHeaders?: readonly string[];
  /** Whether pages on those origins may send cookies and other credentials. @default false */
  readonly credentials?: boolean;
  /** @default everybody is one owner */
  readonly authorize?: Authorize;
  /** How long an upload is kept after it was last written to, in ms. Complete ones are kept for at least 24 h. @default 7 days */
  readonly expireAfter?: number;
  /** Hears of faults that are answered with status 500. @default console.error */
  readonly log?: (message: string, error: unknown) => void;
}

/** All options, with nothing missing. */
export type Settings = Required<Omit<UploadHandlerOptions, 'parts'>> & {readonly parts: PartBounds};

const week = 7 * 24 * 3_600_000;

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
    authorize: () => ({owner: ''}),
    expireAfter: week,
    log: (message, error) => console.error(message, error),
    ...options,
    parts: {min: 65_536, preferred: 8_388_608, max: 67_108_864, parallel: 3, ...options.parts},
  };
  const {min, preferred, max, parallel} = settings.parts;
  if (!/^(\/[^/]+)+$/.test(settings.path)) throw new TypeError(`path must begin with a slash and end without one: ${settings.path}`);
  if (!(min >= 1 && min <= preferred && preferred <= max)) throw new TypeError('parts: 1 <= min <= preferred <= max does not hold');
  if (!(parallel >= 1)) throw new TypeError('parts.parallel must be at least 1');
  return settings;
}
