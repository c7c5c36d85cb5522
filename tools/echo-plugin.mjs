/**
 * Tests in a page need a server that misbehaves: this starts one beside Web Test Runner's own, on a port of its own, and tells its URL
 * at `/echo-server`. What it does stands in test/support/echo-server.ts.
 */
import {tsImport} from 'tsx/esm/api';

/** @returns {import('@web/test-runner-core').TestRunnerPlugin} */
export function echoPlugin() {
  /** @type {import('../test/support/echo-server.ts').EchoServer | undefined} */
  let echo;
  return {
    name: 'echo-server',
    async serverStart() {
      const {EchoServer} = await tsImport('../test/support/echo-server.ts', import.meta.url);
      echo = await EchoServer.open();
    },
    async serverStop() {
      await echo?.close();
    },
    serve({path}) {
      return path === '/echo-server' ? {body: echo?.url ?? '', type: 'text'} : undefined;
    },
  };
}
