/** Shows what the element tells, and lets the server misbehave. Only text is ever put into the page. */

/** @param {string} id */
function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no #${id}`);
  return element;
}

/** Names and servers may say anything: what hides, or turns the direction of what follows, becomes a mark. @param {string} text */
const visible = (text) =>
  text.replace(
    /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (one) => `[U+${one.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`,
  );

/** @param {string} tag @param {string} text @param {string} [className] */
function make(tag, text, className = '') {
  const element = document.createElement(tag);
  element.textContent = visible(text);
  if (className) element.className = className;
  return element;
}

const uploader = byId('uploader');

// --- events ---

const log = byId('log');
const kept = 300;
const progressPause = 250;
/** When progress was last written, by upload. @type {Map<string, number>} */
const lastProgress = new Map();

/** @param {string} name @param {string} text @param {string} kind */
function write(name, text, kind = '') {
  const line = make('li', '', kind);
  const time = new Date().toLocaleTimeString('en-GB', {hour12: false});
  line.append(make('time', time), make('b', name), make('span', text));
  log.prepend(line);
  while (log.children.length > kept) log.lastElementChild?.remove();
}

/** @param {any} upload */
const words = ({name, status, progress}) =>
  `${name} · ${status.name} · ${progress.confirmed.toLocaleString('en')} of ${progress.size.toLocaleString('en')} bytes confirmed`;

/** @param {string} name @param {(detail: any) => string} text @param {string} [kind] */
function follow(name, text, kind) {
  uploader.addEventListener(name, (event) => write(name, text(/** @type {CustomEvent} */ (event).detail), kind));
}

follow('upload-add', ({upload}) => upload.name);
follow('upload-reject', ({file, reason}) => `${file.name} · ${reason.code}`, 'bad');
follow('upload-change', ({upload}) => words(upload));
follow('upload-error', ({upload, error}) => `${upload.name} · ${error.code} · ${error.message}`, 'bad');
follow('upload-warning', ({error}) => `${error.code} · ${error.message}`, 'bad');
follow('upload-done', ({upload, result}) => `${upload.name} · ${result.url}`, 'good');
follow('uploads-settled', ({totals}) => `${totals.count.done} done, ${totals.count.failed} failed, ${totals.count.canceled} canceled`);
uploader.addEventListener('upload-progress', (event) => {
  const {upload} = /** @type {CustomEvent} */ (event).detail;
  const now = performance.now();
  if (now - (lastProgress.get(upload.id) ?? -Infinity) < progressPause) return;
  lastProgress.set(upload.id, now);
  write('upload-progress', `${words(upload)} · ${upload.progress.sent.toLocaleString('en')} on the way`, 'quiet');
});

// --- what has arrived ---

uploader.addEventListener('upload-done', (event) => {
  const {upload, result} = /** @type {CustomEvent} */ (event).detail;
  const same = result.digest !== null && result.digest === result.clientDigest;
  const item = make('li', '');
  const link = document.createElement('a');
  link.append(make('bdi', upload.name));
  if (result.url && /^https?:$/.test(new URL(result.url, location.href).protocol)) link.href = result.url;
  const list = make('dl', '');
  list.append(
    make('dt', 'server'),
    make('dd', result.digest ?? 'not told'),
    make('dt', 'this page'),
    make('dd', result.clientDigest ?? 'not computed'),
  );
  item.append(link, make('span', same ? 'the same' : 'not comparable', same ? 'good' : 'quiet'), list);
  item.dataset.same = String(same);
  byId('arrived').prepend(item);
});

// --- the server ---

const slow = /** @type {HTMLInputElement} */ (byId('slow'));
const late = /** @type {HTMLInputElement} */ (byId('late'));
const down = /** @type {HTMLInputElement} */ (byId('down'));

/** Tells the server how to behave, and shows what it says. @param {object} wanted */
async function set(wanted) {
  try {
    const reply = await fetch('/demo/faults', {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify(wanted),
    });
    show(await reply.json());
  } catch (error) {
    byId('faults').textContent = `The server cannot be reached: ${String(error)}`;
  }
}

/** @param {{delay: number, rate: number, fail: number, down: boolean}} faults */
function show(faults) {
  slow.checked = faults.rate > 0;
  late.checked = faults.delay > 0;
  down.checked = faults.down;
  byId('faults').textContent = faults.fail > 0 ? `The next ${faults.fail === 1 ? 'part' : `${faults.fail} parts`} will fail.` : '';
}

slow.addEventListener('change', () => set({rate: slow.checked ? 1_000_000 : 0}));
late.addEventListener('change', () => set({delay: late.checked ? 1_000 : 0}));
down.addEventListener('change', () => set({down: down.checked}));
byId('fail').addEventListener('click', () => set({fail: 1}));
uploader.addEventListener('upload-change', (event) => {
  const {upload} = /** @type {CustomEvent} */ (event).detail;
  if (upload.status.name === 'failed' || upload.status.name === 'waiting') void set({});
});
/** What is chosen stays chosen: a reload is what these two are about. */
for (const name of ['auto-resume', 'keep-files']) {
  const box = /** @type {HTMLInputElement} */ (byId(name));
  box.checked = sessionStorage.getItem(name) !== 'off';
  const follow = () => uploader.toggleAttribute(name, box.checked);
  follow();
  box.addEventListener('change', () => {
    sessionStorage.setItem(name, box.checked ? 'on' : 'off');
    follow();
  });
}
byId('resume-online').addEventListener('change', (event) => {
  uploader.toggleAttribute('resume-online', /** @type {HTMLInputElement} */ (event.target).checked);
});
byId('retries').addEventListener('change', (event) => {
  uploader.setAttribute('retries', /** @type {HTMLInputElement} */ (event.target).checked ? '5' : '0');
});

// browsers without invoker commands (before 2025) get the same by script
if (!('commandForElement' in HTMLButtonElement.prototype)) {
  for (const button of document.querySelectorAll('button[commandfor=uploader]')) {
    const method = button.getAttribute('command')?.slice(2) ?? '';
    button.addEventListener('click', () => /** @type {any} */ (uploader)[method]());
  }
}

void set({});
