import type {ServerOptions} from 'node:http';

/**
 * Options for `createServer` of node:http that suit uploads, all in ms. Node's own limit of 300 s for a whole request would cut every slow
 * part; that bodies stop or crawl is watched by the handler (`idleTimeout`, `minRate`). A head must be there within 20 s, also on a
 * connection that never says anything. A missing `Host` is refused by `toNodeListener`, in the protocol's words, and not by Node.
 */
export const nodeServerOptions = {
  requestTimeout: 0,
  headersTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 60_000,
  requireHostHeader: false,
} as const satisfies ServerOptions;
