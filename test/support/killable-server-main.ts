/** What a {@link KillableServer} runs: serves the folder it is given, says its port, and ends with its standard input, or, in good order, on SIGTERM. */
import {serveWithPages} from './serve-with-pages.js';

const server = await serveWithPages({directory: process.argv[2] ?? ''});
process.once('SIGTERM', () => void server.drain().then(() => process.exit()));
process.stdin.resume().on('end', () => process.exit());
console.log(server.port);
