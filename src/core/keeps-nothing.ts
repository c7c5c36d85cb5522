import type {FileKeeper} from './ports.js';

/** Keeps no files: every later page has to be given them again. */
export const keepsNothing: FileKeeper = {
  keep: () => Promise.resolve('nothing'),
  find: () => Promise.resolve({kind: 'nothing'}),
  ask: () => Promise.resolve({kind: 'nothing'}),
};
