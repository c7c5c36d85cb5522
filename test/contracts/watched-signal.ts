/** A signal that says how many listeners it has. */
export interface WatchedSignal {
  readonly signal: AbortSignal;
  listeners(): number;
  abort(reason?: unknown): void;
}

/** Counts what `addEventListener` and `removeEventListener` do on one signal. What the platform attaches inside itself is not seen. */
export function watchedSignal(): WatchedSignal {
  const controller = new AbortController();
  const {signal} = controller;
  const live = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions) => {
    live.add(listener);
    add(type, listener, options);
  };
  signal.removeEventListener = (type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions) => {
    live.delete(listener);
    remove(type, listener, options);
  };
  return {
    signal,
    listeners: () => live.size,
    abort: (reason) => controller.abort(reason),
  };
}
