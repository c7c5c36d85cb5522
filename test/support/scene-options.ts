import type {BrowserContext} from 'puppeteer-core';

import type {ServeOptions} from './serve.js';

/** Where a story takes place. */
export interface SceneOptions {
  /** Name of the host in the page's address. @default '127.0.0.1' */
  readonly host?: string;
  /** Whether the server is a process of its own, which can be killed. `server` and refusals are not there then. */
  readonly process?: true;
  readonly serve?: ServeOptions;
  /** Whether the page speaks HTTP/2 with a `Http2Front` before the relay. */
  readonly http2?: true;
}

/** Where the pages of a scene are. */
export interface Place {
  /** Another one when the browser has been started again. */
  readonly context: BrowserContext;
  /** Closes the pages and what they are in. */
  close(): Promise<void>;
}
