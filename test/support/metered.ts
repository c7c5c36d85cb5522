import {setTimeout as sleep} from 'node:timers/promises';

/** How a body is read. */
export interface Pace {
  /** What every read waits for. */
  readonly before: () => Promise<void> | undefined;
  /** Bytes per second. */
  readonly rate: () => number;
  readonly onRead: (bytes: number) => void;
}

/** The same request, whose body is read at another's pace, and counted. Nothing is read before it is asked for. */
export function metered(request: Request, {before, rate, onRead}: Pace): Request {
  if (!request.body) return request;
  const reader = request.body.getReader();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await before();
        const {done, value} = await reader.read();
        if (done) return controller.close();
        onRead(value.length);
        if (Number.isFinite(rate())) await sleep((value.length / rate()) * 1000);
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    {highWaterMark: 0},
  );
  const init = {method: request.method, headers: request.headers, body, signal: request.signal, duplex: 'half' as const};
  return new Request(request.url, init);
}
