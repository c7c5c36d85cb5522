import type {IncomingMessage} from 'node:http';

/**
 * The body of a request as a web stream. Differs from `Readable.toWeb` in two ways that matter here: when the connection dies, every
 * byte that had arrived is handed out before the error is; and cancelling it leaves the connection alone, so that an answer can
 * still be sent. Nothing is read ahead of what is asked for, beyond what Node buffers.
 */
export function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let wake = (): void => undefined;
  let canceled = false;
  const onChange = (): void => wake();
  for (const event of ['readable', 'end', 'close', 'error']) incoming.on(event, onChange);
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    while (!canceled) {
      const chunk = incoming.read() as Buffer | null;
      if (chunk) return controller.enqueue(chunk);
      if (incoming.readableEnded) return controller.close();
      if (incoming.destroyed) return controller.error(new Error('The connection was lost before the whole body had arrived.'));
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const cancel = (): void => {
    canceled = true;
    wake();
  };
  return new ReadableStream<Uint8Array>({pull, cancel}, {highWaterMark: 0});
}

/** Reads what is left of a body, and throws it away. */
export function discard(incoming: IncomingMessage): void {
  const drop = (): void => {
    while (incoming.read() !== null);
  };
  incoming.on('readable', drop);
  drop();
}
