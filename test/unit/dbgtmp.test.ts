import {it} from 'node:test';
import {connect} from 'node:net';
import {serve, removeFolders} from '../support/serve.js';
import {Relay} from '../support/relay.js';
it('early refusal', async () => {
  const server = await serve();
  const relay = process.env['RELAY'] ? await Relay.open(server.port) : undefined;
  const base = relay ? `http://127.0.0.1:${relay.port}/uploads` : server.endpoint;
  const r = await fetch(`${base}/${'0'.repeat(40)}`, {method: 'PUT', body: new Blob([new Uint8Array(1048576)]), headers: {'Content-Range': 'bytes 0-1048575/1048576', 'Upload-Writer': '1-abcdefgh', 'Content-Type': 'application/octet-stream'}});
  console.error(r.status, (await r.text()).length);
  if (process.env['WAIT']) await new Promise((d) => setTimeout(d, 3000));
  await relay?.close();
  await server.close();
  await removeFolders();
});
