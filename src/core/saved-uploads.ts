import type {FileFacts} from './ports.js';

/** An upload that can be listed again. */
export interface LeftUpload {
  readonly storeKey: string;
  readonly file: FileFacts;
}

/** What the uploads of one list are saved under: nothing of another list begins like this. */
export const keyOf = (scope: string, identity: string): string => `${scope} ${identity}`;
