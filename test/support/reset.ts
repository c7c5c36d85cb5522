import type {Socket} from 'node:net';

/**
 * Resets a connection. One that is being ended already is only closed: libuv refuses to reset it, Node then never closes its handle, and
 * the process spins for ever when it exits.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
