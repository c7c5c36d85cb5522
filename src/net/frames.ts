import type {Frames} from '../core/ports.js';

/** How often a page that nobody sees is told, in ms. Browsers may make it rarer. */
const hiddenPause = 250;

/** ms from one frame that was told to the next: nobody reads numbers faster, and bars glide. Drawing costs time that hashing and sending need. */
const seenPause = 80;

/**
 * Animation frames, about ten a second; a timer while the page is hidden, because it gets no frames then. Takes over when it becomes hidden
 * meanwhile.
 */
export function browserFrames(): Frames {
  let told = -Infinity;
  return {
    next(callback) {
      const stop = new AbortController();
      const once = (): void => {
        if (stop.signal.aborted) return;
        stop.abort();
        told = performance.now();
        callback();
      };
      const wait = (): void => {
        const rest = told + seenPause - performance.now();
        if (document.hidden) later(once, hiddenPause, stop.signal);
        else if (rest > 0) later(() => frame(once, stop.signal), rest, stop.signal);
        else frame(once, stop.signal);
      };
      document.addEventListener('visibilitychange', wait, {signal: stop.signal});
      wait();
      return () => stop.abort();
    },
  };
}

function later(callback: () => void, ms: number, signal: AbortSignal): void {
  const timer = setTimeout(callback, ms);
  signal.addEventListener('abort', () => clearTimeout(timer), {once: true});
}

function frame(callback: () => void, signal: AbortSignal): void {
  const handle = requestAnimationFrame(callback);
  signal.addEventListener('abort', () => cancelAnimationFrame(handle), {once: true});
}
