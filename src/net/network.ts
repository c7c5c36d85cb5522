import type {Network} from '../core/ports.js';

/** What the browser says of its network: `navigator.onLine` and its two events. Wrong at times in both directions. */
export function browserNetwork(): Network {
  return {
    get online() {
      return navigator.onLine;
    },
    subscribe(listener) {
      const stop = new AbortController();
      const tell = (): void => listener(navigator.onLine);
      addEventListener('online', tell, {signal: stop.signal});
      addEventListener('offline', tell, {signal: stop.signal});
      return () => stop.abort();
    },
  };
}

/** For surroundings that cannot tell, such as Node: a request shows what is wrong. */
export const alwaysOnline: Network = {online: true, subscribe: () => () => undefined};
