import type {RequestListener} from 'node:http';

import {createUploadHandler, toNodeListener} from '../../../src/server/index.js';

/** The reference server with all its defaults; `owner` says whose all uploads are. */
export const referenceListener = (directory: string, owner?: string): RequestListener =>
  toNodeListener(createUploadHandler({directory, ...(owner !== undefined && {authorize: () => ({owner})})}));
