import {isErrorCode} from '../core/errors.js';
import type {TabNews} from '../core/ports.js';
import type {Progress, StatusSnapshot} from '../core/snapshot.js';

/** What goes from tab to tab. `key` is the upload's, `from` whoever says it: a claim, or somebody who waits. */
export type TabMessage =
  /** Who has the upload, and how far is it? */
  | {readonly kind: 'ask'; readonly key: string; readonly from: string}
  /** A sign of life of the one who has it, with news where there are any. */
  | {readonly kind: 'news'; readonly key: string; readonly from: string; readonly news?: TabNews}
  /** Let go of it. Does not concern those that are named. */
  | {readonly kind: 'wish'; readonly key: string; readonly but: readonly string[]}
  /** Said to oneself: see `TabChannel.settled`. */
  | {readonly kind: 'echo'; readonly from: string};

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
const isBytes = (value: unknown): boolean => Number.isFinite(value) && Number(value) >= 0;

const isError = (error: unknown): boolean =>
  isObject(error) && isText(error['code']) && isErrorCode(error['code']) && isText(error['message']) && isText(error['docs']);

const isResult = (result: unknown): boolean => isObject(result) && (result['url'] === null || isText(result['url']));

const isNeeds = (needs: unknown): boolean => needs === 'nothing' || needs === 'access' || needs === 'file';

/** What each status has besides its name. */
const statuses: Readonly<Record<StatusSnapshot['name'], (status: Fields) => boolean>> = {
  queued: () => true,
  preparing: () => true,
  sending: () => true,
  finishing: () => true,
  canceled: () => true,
  paused: ({error}) => error === undefined || isError(error),
  waiting: ({error, attempt, until}) => isError(error) && Number.isFinite(attempt) && Number.isFinite(until),
  failed: ({error}) => isError(error),
  done: ({result}) => isResult(result),
  interrupted: ({needs, error}) => isNeeds(needs) && (error === undefined || isError(error)),
  elsewhere: () => true,
};

const isStatusName = (name: unknown): name is StatusSnapshot['name'] => isText(name) && Object.hasOwn(statuses, name);

const isStatus = (status: unknown): status is StatusSnapshot =>
  isObject(status) && isStatusName(status['name']) && statuses[status['name']](status);

const isProgress = (progress: unknown): progress is Progress =>
  isObject(progress) && ['size', 'hashed', 'sent', 'confirmed'].every((name) => isBytes(progress[name]));

const isNews = (news: unknown): news is TabNews => isObject(news) && isStatus(news['status']) && isProgress(news['progress']);

/**
 * What came over the channel, or `undefined` where it makes no sense: another version of the page may be in the other tab, and any script
 * of the origin can speak there. News that make no sense are a sign of life all the same.
 */
export function readMessage(data: unknown): TabMessage | undefined {
  if (!isObject(data)) return undefined;
  const {kind, key, from, but, news} = data;
  if (kind === 'echo' && isText(from)) return {kind, from};
  if (!isText(key)) return undefined;
  if (kind === 'ask' && isText(from)) return {kind, key, from};
  if (kind === 'news' && isText(from)) return isNews(news) ? {kind, key, from, news} : {kind, key, from};
  if (kind === 'wish' && Array.isArray(but) && but.every(isText)) return {kind, key, but};
  return undefined;
}
