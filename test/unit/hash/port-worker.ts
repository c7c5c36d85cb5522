import {expose} from 'comlink';
import {HashService} from '../../../src/hash/service.js';

/**
 * What the page sees of a worker, with the real service at the other end of a message channel and on this thread: so that the moment
 * of its death can be chosen. Real workers are tested in browsers, in test/element.
 */
export class PortWorker extends EventTarget implements Worker {
  onmessage: Worker['onmessage'] = null;
  onmessageerror: Worker['onmessageerror'] = null;
  onerror: Worker['onerror'] = null;
  readonly #listening = new Set<unknown>();
  terminated = 0;
  /** What the page called, by name, in order. */
  readonly calls: string[] = [];
  readonly #page: MessagePort;
  readonly #own: MessagePort;

  /** @param serve What answers. `null`: nothing ever does. */
  constructor(serve: object | null = new HashService(() => undefined)) {
    super();
    const {port1, port2} = new MessageChannel();
    this.#page = port1;
    this.#own = port2;
    this.#page.onmessage = ({data}) => this.dispatchEvent(new MessageEvent('message', {data}));
    if (serve) expose(serve, port2);
  }

  /** Listeners that are on it now. */
  get listeners(): number {
    return this.#listening.size;
  }

  /** Called before each message is passed on. */
  onCall: (name: string, count: number) => void = () => undefined;

  postMessage(message: {path?: string[]; type: string}): void {
    const name = message.path?.join('.') ?? message.type;
    this.calls.push(name);
    this.onCall(name, this.calls.length);
    this.#page.postMessage(message);
  }

  terminate(): void {
    this.terminated += 1;
    this.die();
  }

  /** Ends without a word, as a worker that calls `close()`, or is killed, does. */
  die(): void {
    this.#own.close();
    this.#page.close();
  }

  fail(type: 'error' | 'messageerror', message?: string): boolean {
    return this.dispatchEvent(Object.assign(new Event(type, {cancelable: true}), message === undefined ? {} : {message}));
  }

  override addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: AddEventListenerOptions): void {
    this.#listening.add(listener);
    options?.signal?.addEventListener('abort', () => this.#listening.delete(listener), {once: true});
    super.addEventListener(type, listener, options);
  }

  override removeEventListener(type: string, listener: EventListenerOrEventListenerObject): void {
    this.#listening.delete(listener);
    super.removeEventListener(type, listener);
  }
}
