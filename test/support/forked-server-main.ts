/** What a {@link ForkedServer} runs: the upload handler under node:http, as the documentation says to set it up. Speaks by messages. */
import {setFlagsFromString} from 'node:v8';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {runInNewContext} from 'node:vm';

import {createUploadHandler, nodeServerOptions, onClientError, toNodeListener} from '../../src/server/index.js';
import type {ForkedOptions, ForkedState} from './forked-server.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

const {handler: options, node} = JSON.parse(process.argv[2] ?? '{}') as ForkedOptions;
const faults: string[] = [];
const completed: Record<string, number> = {};
const handler = createUploadHandler({
  ...options,
  log: (line) => line.event === 'fault' && faults.push(line.error),
  onComplete: ({id}) => void (completed[id] = (completed[id] ?? 0) + 1),
});
const server = createServer({...nodeServerOptions, ...node}, toNodeListener(handler));
server.on('clientError', onClientError);
process.on('uncaughtException', (error) => faults.push(`uncaught: ${error.stack ?? ''}`));
process.on('unhandledRejection', (error) => faults.push(`unhandled: ${String(error)}`));

async function state(): Promise<ForkedState> {
  for (let round = 0; round < 3; round++) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const {heapUsed, external} = process.memoryUsage();
  const open = process.getActiveResourcesInfo().filter((name) => !/^(Timeout|Immediate|PipeWrap|Pipe|TTYWrap|TCPServerWrap)$/.test(name));
  return {memory: heapUsed + external, open, faults, completed};
}

process.on('message', () => void state().then((now) => process.send?.(now)));
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send?.({port: (server.address() as AddressInfo).port}));
