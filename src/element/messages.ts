import type {UploadErrorCode} from '../core/errors.js';
import type {ErrorSnapshot, StatusSnapshot} from '../core/snapshot.js';
import {unreachable} from '../core/state.js';
import type {RejectReason} from './events.js';
import type {WayBack} from './leaving-hint.js';

/** What a button of one upload does. */
export type RowAction = 'start' | 'pause' | 'resume' | 'retry' | 'cancel' | 'clear';

/** Words on the buttons of uploads that an earlier page or another tab has. */
export type ReturnWord = 'access' | 'choose' | 'here' | 'discard';

/** Every text of the element. File names arrive ready to be shown. */
export interface Messages {
  readonly dropzone: string;
  readonly drop: (multiple: boolean) => string;
  readonly choose: (multiple: boolean, directory: boolean) => string;
  readonly list: string;
  /** While a folder is read, with the files that were found so far. */
  readonly reading: (count: number) => string;
  readonly total: string;
  readonly status: Record<Exclude<StatusSnapshot['name'], 'failed'> | 'failed' | 'held' | 'verifying' | 'instant', string>;
  /** What happened and what to do, by code. */
  readonly errors: Record<UploadErrorCode, string>;
  readonly rejects: Record<RejectReason['code'], string>;
  readonly dismiss: string;
  readonly actions: Record<RowAction | ReturnWord, string>;
  readonly allActions: Record<RowAction, string>;
  /** Name of a button for one file. */
  readonly actionOn: (action: string, name: string) => string;
  readonly uploadingName: (name: string) => string;
  readonly ofSize: (confirmed: string, size: string) => string;
  readonly left: (duration: string) => string;
  /** Counts down, once a second. */
  readonly tryingAgain: (duration: string) => string;
  /** The button that does not wait for it. */
  readonly tryNow: string;
  readonly doneOf: (done: number, all: number) => string;
  readonly held: string;
  /** The button that shows only those that have failed, in a long list. */
  readonly onlyFailed: (count: number) => string;
  /** Another tab has the upload, and it has this status there. While it is being uploaded there, `status.elsewhere` says so. */
  readonly inOtherTab: (status: string) => string;
  /** Below an upload that the server had lost. */
  readonly startedAgain: string;
  readonly withStatus: (text: string, status: number) => string;
  /** What happens when the page is closed while `count` uploads are unfinished. */
  readonly leaving: Record<Exclude<WayBack, 'never'>, (count: number) => string>;
  /** What a form is told, and tells. */
  readonly form: {readonly missing: string; readonly unfinished: string};
  readonly notAdded: (name: string, reason: string) => string;
  /** After some that were named. */
  readonly notAddedMore: (count: number) => string;
  readonly said: {
    readonly started: (files: string) => string;
    readonly share: (percent: string) => string;
    readonly paused: (files: string) => string;
    readonly waiting: (files: string, duration: string) => string;
    readonly canceled: (files: string) => string;
    readonly done: (files: string) => string;
    readonly failed: (name: string, reason: string) => string;
    /** After some that were named. */
    readonly failedMore: (count: number) => string;
    /** Unfinished uploads of an earlier page are listed again. `name` is that of the first one. */
    readonly interrupted: (count: number, name: string, percent: string) => string;
    readonly elsewhere: (files: string) => string;
    readonly startedAgain: (files: string) => string;
    /** Several files in one word. */
    readonly files: (count: number) => string;
  };
}

/** Some texts in place of the English ones. What is left out stays English. */
export type MessageOverrides = {
  readonly [Key in keyof Messages]?: Messages[Key] extends (...args: never[]) => string
    ? Messages[Key]
    : Partial<Messages[Key]> | Messages[Key];
};

/** The texts in English. */
export const english: Messages = {
  dropzone: 'Add files',
  drop: (multiple) => (multiple ? 'Drop files here' : 'Drop a file here'),
  choose: (multiple, directory) => (directory ? 'Choose a folder' : multiple ? 'Choose files' : 'Choose a file'),
  list: 'Uploads',
  reading: (count) => `Reading the folder… ${count} ${count === 1 ? 'file' : 'files'}`,
  total: 'All files',
  status: {
    queued: 'Waiting',
    preparing: 'Checking',
    sending: 'Uploading',
    finishing: 'Finishing',
    paused: 'Paused',
    waiting: 'Trying again soon',
    failed: 'Failed',
    done: 'Done',
    canceled: 'Canceled',
    interrupted: 'Interrupted',
    elsewhere: 'Uploading in another tab',
    held: 'On hold',
    verifying: 'Verifying',
    instant: 'Done, the server had it already',
  },
  errors: {
    offline: 'You are offline. Check the connection, then retry.',
    network: 'The connection to the server was lost. Check it, then retry.',
    timeout: 'The server does not answer. Wait a moment, then retry.',
    server: 'Something went wrong on the server. Wait a moment, then retry.',
    'server-busy': 'The server is busy. Wait a moment, then retry.',
    unauthorized: 'You are signed out, or may not upload here. Sign in, then retry.',
    rejected: 'The server does not accept this file. Remove it, or ask whoever runs this site.',
    'too-large': 'The server does not accept files this large. Remove it, or choose a smaller one.',
    'not-found': 'The server no longer has this upload. Retry to send it from the start.',
    elsewhere: 'This file is being uploaded in another window. Continue there, or retry to continue here.',
    corrupt: 'The file arrived damaged, more than once. Retry, on another network if you can.',
    protocol: 'The server gave an answer that makes no sense. Check that you are signed in to this site and network, then retry.',
    'file-changed': 'The file has changed since you added it. Remove it, then add it again.',
    'file-unreadable': 'The file cannot be read. Check that it is still where it was, then retry.',
    'other-file': 'This is another file than the one that was being uploaded. Choose that one, or discard the upload.',
    unexpected: 'Something unexpected happened. Retry, or reload the page and add the file again.',
    'worker-unavailable': 'Checking files is slower than usual on this page. There is nothing you need to do.',
    'storage-unavailable': 'This upload cannot continue after a reload. Keep this page open until it is done.',
  },
  rejects: {
    type: 'This kind of file is not accepted.',
    'too-large': 'The file is too large.',
    'too-many': 'There are too many files. Remove one first.',
    'not-a-file': 'Folders are not accepted.',
    'no-endpoint': 'This page is not set up to take files. Ask whoever runs this site.',
  },
  dismiss: 'Dismiss',
  actions: {
    ...{start: 'Start', pause: 'Pause', resume: 'Resume', retry: 'Retry', cancel: 'Cancel', clear: 'Remove'},
    ...{access: 'Allow access', choose: 'Choose the file again', here: 'Continue here', discard: 'Discard'},
  },
  allActions: {
    start: 'Start',
    pause: 'Pause all',
    resume: 'Resume all',
    retry: 'Retry all',
    cancel: 'Cancel all',
    clear: 'Clear finished',
  },
  actionOn: (action, name) => `${action} ${name}`,
  uploadingName: (name) => `Uploading ${name}`,
  ofSize: (confirmed, size) => `${confirmed} of ${size}`,
  left: (duration) => `${duration} left`,
  tryingAgain: (duration) => `Trying again in ${duration}`,
  tryNow: 'Try now',
  doneOf: (done, all) => `${done} of ${all} done`,
  held: 'Stopped by a failure',
  onlyFailed: (count) => `Only failed (${count})`,
  inOtherTab: (status) => `${status} in another tab`,
  startedAgain: 'Started again: the server no longer had it',
  withStatus: (text, status) => `${text} (HTTP\u00a0${status})`,
  leaving: {
    'by-itself': (count) => `You can close this page: ${count === 1 ? 'the upload goes' : 'uploads go'} on when you come back.`,
    resume: () => 'If you close this page, choose Resume when you come back.',
    choose: (count) => `If you close this page, choose the ${count === 1 ? 'file' : 'files'} again when you come back.`,
  },
  form: {missing: 'Add a file.', unfinished: 'Wait until all files are uploaded, or remove them.'},
  notAdded: (name, reason) => `${name} was not added. ${reason}`,
  notAddedMore: (count) => `${count} more ${count === 1 ? 'was' : 'were'} not added.`,
  said: {
    started: (files) => `Uploading ${files}.`,
    share: (percent) => `${percent} uploaded.`,
    paused: (files) => `Paused ${files}.`,
    waiting: (files, duration) => `Trying ${files} again in ${duration}.`,
    canceled: (files) => `Canceled ${files}.`,
    done: (files) => `Uploaded ${files}.`,
    failed: (name, reason) => `${name} was not uploaded. ${reason}`,
    failedMore: (count) => `${count} more ${count === 1 ? 'was' : 'were'} not uploaded.`,
    interrupted: (count, name, percent) =>
      count === 1 ? `1 upload can be continued: ${name}, ${percent} uploaded.` : `${count} uploads can be continued, ${percent} uploaded.`,
    elsewhere: (files) => `Another tab has ${files}.`,
    startedAgain: (files) => `Started again with ${files}: no longer on the server.`,
    files: (count) => (count === 1 ? '1 file' : `${count} files`),
  },
};

/** English, with `overrides` in its place where there are any. */
export function withOverrides(overrides: MessageOverrides = {}): Messages {
  const merged: Record<string, unknown> = {...english};
  for (const [key, value] of Object.entries(overrides)) {
    const base: unknown = merged[key];
    merged[key] = typeof value === 'object' && typeof base === 'object' ? {...base, ...value} : value;
  }
  return merged as unknown as Messages;
}

/** What happened and what to do. Names the HTTP status where there was one. */
export const errorText = ({errors, withStatus}: Messages, {code, status}: Pick<ErrorSnapshot, 'code' | 'status'>): string =>
  status === undefined ? errors[code] : withStatus(errors[code], status);

/** A status in words. `held`: another upload's failure has stopped the list. */
export function statusText({status: words, inOtherTab}: Messages, status: StatusSnapshot, held: boolean): string {
  switch (status.name) {
    case 'queued':
      return held ? words.held : words.queued;
    case 'done':
      return status.result.instant ? words.instant : words.done;
    case 'sending':
      return status.verifying ? words.verifying : words.sending;
    case 'preparing':
    case 'finishing':
    case 'paused':
    case 'waiting':
    case 'failed':
    case 'canceled':
    case 'interrupted':
      return words[status.name];
    case 'elsewhere':
      return isUploading(status.there) ? words.elsewhere : inOtherTab(words[status.there]);
    default:
      return unreachable(status);
  }
}

const uploading = [undefined, 'preparing', 'sending', 'finishing', 'elsewhere'] as const;

/** As far as other tabs need to know. Where nothing is known it is taken for granted. */
const isUploading = (there: StatusSnapshot['name'] | undefined): there is (typeof uploading)[number] =>
  uploading.some((name) => name === there);
