import {serve} from './serve.js';
import type {ServeOptions, TestServer} from './serve.js';
import {site} from './site.js';

/** The upload server with the stories' pages at the same origin. */
export async function serveWithPages(options: ServeOptions & {readonly directory: string}): Promise<TestServer> {
  const server = await serve(options);
  server.intercept = async (request, next) => (await site(new URL(request.url))) ?? next(request);
  return server;
}
