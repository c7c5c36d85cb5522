/** The closed list of reasons why an upload stops, or (the last two) why something goes on with less than it could have. */
export type UploadErrorCode =
  | 'offline'
  | 'network'
  | 'timeout'
  | 'server'
  | 'server-busy'
  | 'unauthorized'
  | 'rejected'
  | 'too-large'
  | 'not-found'
  | 'elsewhere'
  | 'corrupt'
  | 'protocol'
  | 'file-changed'
  | 'file-unreadable'
  | 'other-file'
  | 'unexpected'
  | 'worker-unavailable'
  | 'storage-unavailable';

interface CodeFacts {
  /** The surroundings are to blame, not this file: every other upload would meet the same, so the whole list is held. */
  readonly holds: boolean;
  /** Whether a person's retry of the same upload can help. */
  readonly retryable: boolean;
  /** Whether trying again by itself, with nothing changed, may help. Only then does `retries` count. */
  readonly passing: boolean;
}

const surroundings = {holds: true, retryable: true, passing: true} as const;
const thisUpload = {holds: false, retryable: true, passing: false} as const;
const hopeless = {holds: false, retryable: false, passing: false} as const;

/** What follows from each code. The only place where codes are judged. */
const facts: Record<UploadErrorCode, CodeFacts> = {
  offline: surroundings,
  network: surroundings,
  timeout: surroundings,
  server: surroundings,
  'server-busy': surroundings,
  unauthorized: {holds: true, retryable: true, passing: false},
  rejected: hopeless,
  'too-large': hopeless,
  'not-found': thisUpload,
  elsewhere: thisUpload,
  corrupt: {holds: false, retryable: true, passing: true},
  protocol: thisUpload,
  'file-changed': hopeless,
  'file-unreadable': thisUpload,
  'other-file': hopeless,
  unexpected: thisUpload,
  'worker-unavailable': hopeless,
  'storage-unavailable': hopeless,
};

/** Facts that go with an {@link UploadError}. */
export interface UploadErrorInit extends ErrorOptions {
  /** The HTTP status that was answered, where there was one. */
  readonly status?: number | undefined;
  /** How long the server asked to wait, in ms. */
  readonly retryAfter?: number | undefined;
}

/**
 * Why an upload stopped. Switch on {@link code}. {@link message} says what happened and what can be done, in English and for
 * developers; the element has words for people by code.
 */
export class UploadError extends Error {
  override readonly name = 'UploadError';
  readonly code: UploadErrorCode;
  /** The HTTP status that was answered, or `undefined` when there was no answer. */
  readonly status: number | undefined;
  /** How long the server asked to wait, in ms, or `undefined`. */
  readonly retryAfter: number | undefined;

  constructor(code: UploadErrorCode, message: string, {status, retryAfter, ...options}: UploadErrorInit = {}) {
    super(message, options);
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Also true for errors of another copy of this class: a part of the package that is loaded by itself may have its own. */
  static override [Symbol.hasInstance](thing: unknown): thing is UploadError {
    return thing instanceof Error && thing.name === 'UploadError' && 'code' in thing;
  }

  /** Whether the surroundings are to blame, so that all uploads are held and not only this one. */
  get holds(): boolean {
    return facts[this.code].holds;
  }

  /** Whether `retry()` can help. */
  get retryable(): boolean {
    return facts[this.code].retryable;
  }

  /** Whether it may pass by itself: only then automatic tries (`retries`) are spent on it. */
  get passing(): boolean {
    return facts[this.code].passing;
  }

  /** Where the code is explained: a path in this package with an anchor, such as `docs/errors.md#offline`. It stays the same. */
  get docs(): string {
    return `docs/errors.md#${this.code}`;
  }
}

/** Gives whatever was thrown a code. Something that is no {@link UploadError} is a mistake in an adapter, and is kept as the cause. */
export const toUploadError = (thrown: unknown): UploadError =>
  thrown instanceof UploadError
    ? thrown
    : new UploadError('unexpected', `Something unexpected was thrown (${String(thrown)}). Please report it.`, {cause: thrown});

/** Whether the bytes of the file cannot be had where they were. */
export const isUnreadable = ({code}: UploadError): boolean => code === 'file-unreadable' || code === 'file-changed';

/** Whether a text, from wherever it comes, is one of the codes. */
export const isErrorCode = (text: string): text is UploadErrorCode => Object.hasOwn(facts, text);
