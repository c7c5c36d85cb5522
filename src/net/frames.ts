import type {Frames} from '../core/ports.js';

/** How often a page that nobody sees is told, in ms. Browsers may make it rarer. */
const hiddenPause = 250;

/** Animation frames; a timer while the page is hidden, because it gets no frames then. Takes over when it becomes hidden meanwhile. */
export function browserFrames(): Frames {
  return {
    next(callback) {
      const stop = new AbortController();
      const once = (): void => {
        if (stop.signal.aborted) return;
        stop.abort();
        callback();
      };
      const wait = (): void => {
        if (document.hidden) later(once, stop.signal);
        else frame(once, stop.signal);
      };
      document.addEventListener('visibilitychange', wait, {signal: stop.signal});
      wait();
      return () => stop.abort();
    },
  };
}

function later(callback: () => void, signal: AbortSignal): void {
  const timer = setTimeout(callback, hiddenPause);
  signal.addEventListener('abort', () => clearTimeout(timer), {once: true});
}

function frame(callback: () => void, signal: AbortSignal): void {
  const handle = requestAnimationFrame(callback);
  signal.addEventListener('abort', () => cancelAnimationFrame(handle), {once: true});
}
