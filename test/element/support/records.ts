/** Listeners that were added to the window and the document since, and not taken away. */
export interface ListenerRecord {
  /** `window online`, `document visibilitychange`, … */
  left(): string[];
  /** Puts everything back. */
  stop(): void;
}

/** Records from now on who listens to the window and to the document. */
export function recordListeners(): ListenerRecord {
  const left = new Map<string, Set<unknown>>();
  const restore = [record(window, 'window', left), record(document, 'document', left)];
  return {
    left: () => [...left].flatMap(([name, listeners]) => Array.from(listeners, () => name)),
    stop: () => restore.forEach((put) => put()),
  };
}

function record(target: Window | Document, name: string, left: Map<string, Set<unknown>>): () => void {
  const {addEventListener, removeEventListener} = target;
  const of = (type: string): Set<unknown> =>
    left.get(`${name} ${type}`) ?? left.set(`${name} ${type}`, new Set()).get(`${name} ${type}`) ?? new Set();
  target.addEventListener = (
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: AddEventListenerOptions | boolean,
  ): void => {
    of(type).add(listener);
    const {once = false, signal} = typeof options === 'object' ? options : {};
    if (once) addEventListener.call(target, type, () => of(type).delete(listener), options);
    signal?.addEventListener('abort', () => of(type).delete(listener), {once: true});
    addEventListener.call(target, type, listener, options);
  };
  target.removeEventListener = (
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: EventListenerOptions | boolean,
  ): void => {
    of(type).delete(listener);
    removeEventListener.call(target, type, listener, options);
  };
  return () => Object.assign(target, {addEventListener, removeEventListener});
}

/** Workers that were made since. */
export interface WorkerRecord {
  made(): number;
  /** Those that nobody has terminated. */
  alive(): number;
  stop(): void;
}

/** Records from now on which workers are made and terminated. They are real ones. */
export function recordWorkers(): WorkerRecord {
  const real = globalThis.Worker;
  const alive = new Set<Worker>();
  let made = 0;
  globalThis.Worker = class extends real {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      made += 1;
      alive.add(this);
    }

    override terminate(): void {
      alive.delete(this);
      super.terminate();
    }
  };
  return {made: () => made, alive: () => alive.size, stop: () => void (globalThis.Worker = real)};
}

/** Screen wake locks that were asked for since. They are real ones. */
export interface WakeLockRecord {
  /** How many the browser has granted. */
  granted(): number;
  /** How many of them are held now. */
  held(): number;
  stop(): void;
}

/** Records from now on which wake locks are granted. `refuse`: the browser has none to give. */
export function recordWakeLocks({refuse = false} = {}): WakeLockRecord {
  const {wakeLock} = navigator;
  const real = wakeLock.request.bind(wakeLock);
  const granted: WakeLockSentinel[] = [];
  Object.assign(wakeLock, {
    request: async () => {
      if (refuse) throw new DOMException('The battery is low', 'NotAllowedError');
      const sentinel = await real('screen');
      granted.push(sentinel);
      return sentinel;
    },
  });
  const held = (): number => granted.filter(({released}) => !released).length;
  return {granted: () => granted.length, held, stop: () => void Reflect.deleteProperty(wakeLock, 'request')};
}

/** Lets the page believe that nobody sees it, or somebody does. The function that comes back ends the belief. */
export function believeHidden(hidden: boolean): () => void {
  Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
  return () => void Reflect.deleteProperty(document, 'hidden');
}
