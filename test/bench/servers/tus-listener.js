import {FileStore} from '@tus/file-store';
import {Server} from '@tus/server';

/** @tus/server on a disk, with all its defaults. @param {string} directory @returns {import('node:http').RequestListener} */
export function tusListener(directory) {
  const server = new Server({path: '/tus', datastore: new FileStore({directory})});
  return (request, response) => server.handle(request, response);
}
