import {enter, query} from './contest.js';

/** The element as a page has it. The address says its attributes, as JSON; everything else is as it is by default. */
const element = document.createElement('chunk-uploader');
for (const [name, value] of Object.entries({endpoint: '/uploads', multiple: '', ...JSON.parse(query.attributes ?? '{}')})) {
  element.setAttribute(name, value);
}
document.querySelector('#here')?.append(element);

/** The most that the element has shown as confirmed, and the result of the last upload. */
const seen = {confirmed: 0, result: undefined, painted: NaN};

function settled(count) {
  return new Promise((resolve, reject) => {
    let left = count;
    element.addEventListener('upload-done', ({detail}) => {
      seen.result = detail.result;
      left -= 1;
      if (left === 0) resolve(seen);
    });
    element.addEventListener('upload-error', ({detail: {error}}) => reject(new Error(`${error.code}: ${error.message}`)));
  });
}

element.addEventListener('upload-progress', ({detail: {upload}}) => {
  seen.confirmed = Math.max(seen.confirmed, upload.progress.confirmed);
});

/** When the list is on the screen, in ms after `began`. */
function painting(began) {
  const look = () => {
    const row = element.shadowRoot?.querySelector('[part~=row]');
    if (!row) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => (seen.painted = performance.now() - began)));
  };
  requestAnimationFrame(look);
}

enter({
  send(files) {
    painting(performance.now());
    const done = settled(files.length);
    element.add(files);
    return done;
  },
  pause: () => element.pause(),
  resume: () => element.resume(),
  /** What the list says, of the first upload. */
  state() {
    const [upload] = element.uploads;
    return {status: upload?.status.name, confirmed: upload?.progress.confirmed ?? 0};
  },
  /** Scrolls through the list, and says how long the longest frame and the longest task were. */
  async scroll(steps) {
    const list = element.shadowRoot?.querySelector('[part~=list]');
    const places = [list, element, document.scrollingElement].filter((one) => one && one.scrollHeight > one.clientHeight + 10);
    for (let step = 1; step <= steps; step += 1) {
      for (const place of places) place.scrollTop = (place.scrollHeight * step) / steps;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return places.length;
  },
});
