import type {RequestListener} from 'node:http';

import {createUploadHandler, toNodeListener} from '../../../src/server/index.js';

/** The reference server as an application would have it, with all its defaults; uploads have an owner. */
export const referenceListener = (directory: string): RequestListener =>
  toNodeListener(createUploadHandler({directory, maxOpen: 20_000, authorize: () => ({owner: 'bench'})}));
