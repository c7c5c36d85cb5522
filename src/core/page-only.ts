import type {Claim, FileKeeper, Tabs} from './ports.js';

/** Keeps no files: every later page has to be given them again. */
export const keepsNothing: FileKeeper = {
  keep: () => Promise.resolve('nothing'),
  find: () => Promise.resolve({kind: 'nothing'}),
  ask: () => Promise.resolve({kind: 'nothing'}),
};

const claim: Claim = {lost: new AbortController().signal, tell: () => undefined, release: () => undefined};

/** Knows of no other tab: every upload is this one's. */
export const noOtherTabs: Tabs = {
  claim: () => Promise.resolve(claim),
  wait: () => Promise.resolve(claim),
  takeOver: () => undefined,
};
