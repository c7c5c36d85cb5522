import {UploadError} from '../core/errors.js';

/** No whole answer came. `status` is 0 for a page, whatever the reason was: it is not told. */
export const noAnswer = (method: string, url: string, cause?: unknown): UploadError =>
  new UploadError(
    'network',
    `No answer to ${method} ${withoutQuery(url)}. The connection or the server is gone, or the server does not allow this page (CORS).`,
    {
      cause,
    },
  );

/** The answer did not come in time. */
export const tooLate = (method: string, url: string, timeout: number): UploadError =>
  new UploadError(
    'timeout',
    `No answer to ${method} ${withoutQuery(url)} within ${Math.round(timeout / 1000)} s. The connection or the server is stuck.`,
  );

/** The request could not even be made. What is wrong with it is in `cause` only: a header's value may be a secret. */
export const notSendable = (method: string, url: string, cause: unknown): UploadError =>
  new UploadError(
    'unexpected',
    `${method} ${withoutQuery(url)} cannot be sent: its URL, or the name or value of a header, is not allowed in HTTP.`,
    {cause},
  );

/** Queries may hold signatures: they belong into no message. */
const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '');
