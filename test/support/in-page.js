/**
 * Runs in the page before anything else and keeps what happens there, for stories told from outside. Plain JavaScript because it goes
 * into the page as it is.
 *
 * @typedef {import('../../src/core/snapshot.js').UploadSnapshot} UploadSnapshot
 * @typedef {import('../../src/core/snapshot.js').Totals} Totals
 *
 * What was seen of one event. `during` names the event whose listeners were running when it was dispatched, with the status of the
 * request it came from: an event that is dispatched in the same task as an answer was dispatched during that answer's event.
 * @typedef {{type: string, at: number, upload?: UploadSnapshot, totals?: Totals, code?: string, status?: number, during?: During}} Seen
 * @typedef {{type: string, status: number}} During
 * @typedef {import('./page-face.js').LogEntry} LogEntry
 * @typedef {import('./page-face.js').TimedEntry} TimedEntry
 */

{
  const types = ['add', 'reject', 'change', 'progress', 'error', 'done', 'restore', 'warning'].map((name) => `upload-${name}`);

  /** @type {Seen[]} */
  const events = [];
  /** @type {Worker[]} */
  const workers = [];
  /** @type {Set<Worker>} */
  const terminated = new Set();
  /** @type {{method: string, url: string, xhr: XMLHttpRequest}[]} */
  const requests = [];
  /** @type {number[]} Requests that had not settled at the time of each `upload-error`. */
  const pendingAtError = [];
  /** @type {TimedEntry[]} What went in and out, and what was told of it, in one order. */
  const log = [];
  /** @param {LogEntry} entry */
  const note = (entry) => void log.push({...entry, at: performance.timeOrigin + performance.now()});
  /** @type {WeakMap<Event, During>} */
  const dispatchedDuring = new WeakMap();

  const {dispatchEvent} = EventTarget.prototype;
  EventTarget.prototype.dispatchEvent = function (/** @type {Event} */ event) {
    const outer = window.event;
    if (outer?.target instanceof XMLHttpRequest) dispatchedDuring.set(event, {type: outer.type, status: outer.target.status});
    return dispatchEvent.call(this, event);
  };

  /** @type {Set<string>} Ids that were told of, and have not left their list since. */
  const listed = new Set();
  const noteLeft = () => {
    /** @type {Set<Element & {uploads?: UploadSnapshot[]} | null>} */
    const elements = new Set([element, ...document.querySelectorAll('chunk-uploader')]);
    const now = new Set([...elements].flatMap((one) => one?.uploads?.map(({id}) => id) ?? []));
    for (const id of [...listed].filter((one) => !now.has(one))) {
      listed.delete(id);
      note({kind: 'left', id});
    }
  };

  /** @type {(EventTarget | null)[]} */
  const lists = [];
  /** The number of the element that an event is from. @param {EventTarget | null} target */
  const listOf = (target) => (lists.includes(target) ? lists.indexOf(target) : lists.push(target) - 1);

  /** @param {Event} event */
  const record = (event) => {
    const {upload, error, totals} = /** @type {CustomEvent} */ (event).detail ?? {};
    const during = dispatchedDuring.get(event);
    if (event.type === 'upload-error') pendingAtError.push(pending());
    if (upload) {
      noteLeft();
      listed.add(upload.id);
      note({kind: 'event', type: event.type, list: listOf(event.target), id: upload.id, confirmed: upload.progress.confirmed});
    }
    const facts = {upload, totals, code: error?.code, status: error?.status, during};
    events.push(/** @type {Seen} */ (JSON.parse(JSON.stringify({type: event.type, at: performance.now(), ...facts}))));
  };
  for (const name of [...types, 'uploads-settled']) document.addEventListener(name, record);

  globalThis.Worker = class extends Worker {
    /** @param {ConstructorParameters<typeof Worker>} parameters */
    constructor(...parameters) {
      super(...parameters);
      workers.push(this);
    }

    /** @override */
    terminate() {
      terminated.add(this);
      super.terminate();
    }
  };

  // Counted at `open`, which the element calls just before `send`.
  const {open} = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (/** @type {string} */ method, /** @type {string | URL} */ url) {
    requests.push({method, url: String(url), xhr: this});
    // Earlier than `load`, so that an answer stands in the log before what comes of it.
    this.addEventListener('readystatechange', () => this.readyState === 4 && answered(this, method, String(url)));
    ranges.delete(this);
    open.call(this, method, url, true);
  };
  /** @type {WeakMap<XMLHttpRequest, [number, number]>} */
  const ranges = new WeakMap();
  const {setRequestHeader, send} = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.setRequestHeader = function (/** @type {string} */ name, /** @type {string} */ value) {
    const [, first, last] = /^bytes (\d+)-(\d+)/.exec(name === 'Content-Range' ? value : '') ?? [];
    if (first !== undefined) ranges.set(this, [Number(first), Number(last) + 1]);
    setRequestHeader.call(this, name, value);
  };
  XMLHttpRequest.prototype.send = function (/** @type {Parameters<typeof send>[0]} */ body) {
    const {method = '', url = ''} = requests.find(({xhr}) => xhr === this) ?? {};
    note({kind: 'send', method, url, range: ranges.get(this)});
    send.call(this, body);
  };
  /** Notes what an answer says that the server has. @param {XMLHttpRequest} xhr @param {string} method @param {string} url */
  const answered = (xhr, method, url) => {
    const upload = method === 'POST' && xhr.getResponseHeader('location');
    note({
      kind: 'answer',
      method,
      url: upload ? new URL(upload, url).href : url,
      status: xhr.status,
      ...saidIn(xhr.responseText),
    });
  };
  /** What cannot be says nothing. @param {[number, number][] | undefined} received @param {number} [size] */
  const possible = (received, size = Number.MAX_SAFE_INTEGER) =>
    received?.every(([start, end]) => Number.isSafeInteger(start) && start >= 0 && Number.isSafeInteger(end) && end <= size)
      ? received
      : undefined;
  /** @param {string} text @returns {{received: [number, number][] | undefined, complete: boolean}} */
  const saidIn = (text) => {
    try {
      const {complete, size, received} = JSON.parse(text);
      return {received: complete ? [[0, size]] : possible(received, size), complete: complete === true};
    } catch {
      return {received: undefined, complete: false};
    }
  };
  const pending = () => requests.filter(({xhr}) => xhr.readyState > 0 && xhr.readyState < 4).length;

  /** Listeners on the window and the document, as text. @type {Map<string, number>} */
  const listening = new Map();
  /** @param {EventTarget | undefined} target @param {string} type @param {number} change */
  const count = (target, type, change) => {
    const name = target === undefined || target === window ? `window ${type}` : target === document ? `document ${type}` : undefined;
    if (name) listening.set(name, (listening.get(name) ?? 0) + change);
  };
  const {addEventListener, removeEventListener} = EventTarget.prototype;
  /** @this {EventTarget | undefined} @param {Parameters<typeof addEventListener>} parameters */
  const counted = function (...parameters) {
    const [type, , options] = parameters;
    count(this, type, 1);
    if (typeof options === 'object') options?.signal?.addEventListener('abort', () => count(this, type, -1));
    addEventListener.apply(this ?? window, parameters);
  };
  /** @this {EventTarget | undefined} @param {Parameters<typeof removeEventListener>} parameters */
  const discounted = function (...parameters) {
    count(this, parameters[0], -1);
    removeEventListener.apply(this ?? window, parameters);
  };
  Object.assign(EventTarget.prototype, {addEventListener: counted, removeEventListener: discounted});
  const listeners = () => [...listening].flatMap(([name, balance]) => (balance > 0 ? [`${name} ${balance}`] : []));

  /** Every element with a part's name, through all shadow roots. @param {string} selector @param {ParentNode} [from] @returns {Element[]} */
  const deep = (selector, from = document) => [
    ...from.querySelectorAll(selector),
    ...[...from.querySelectorAll('*')].flatMap((element) => (element.shadowRoot ? deep(selector, element.shadowRoot) : [])),
  ];

  /** What the bars of the files show, in the order of the list. `dark` is the width of the confirmed part, from 0 to 1. */
  const bars = () =>
    deep('[part~=row] [role=progressbar]').map((bar) => {
      const dark = bar.querySelector('[part~=confirmed]')?.getBoundingClientRect().width ?? NaN;
      return {
        now: Number(bar.getAttribute('aria-valuenow')),
        max: Number(bar.getAttribute('aria-valuemax')),
        dark: dark / bar.getBoundingClientRect().width,
      };
    });

  /** @type {Element | null} */
  let element = null;
  const names = () => deep('[part~=name]').map((name) => name.textContent ?? '');
  const failures = () => deep('[part~=row] [part~=error]').map((error) => error.textContent ?? '');

  const journey = {
    events,
    workers,
    terminated,
    requests,
    pendingAtError,
    pending,
    bars,
    names,
    failures,
    log,
    listeners,
    tokens: ['good'],
    /** The element that the story is about, also while it is not in the page. */
    get element() {
      return (element ??= document.querySelector('chunk-uploader'));
    },
  };
  Object.assign(globalThis, {journey});
}
