/** ms after an answer in which the browser has to have told of it. */
const tellingTime = 1_000;

/**
 * The HTTP version of the answer from `url` that has just come, as ALPN names it: `http/1.1`, `h2`, `h3`. `''` where nobody tells: of another
 * origin without `Timing-Allow-Origin`, on a page with more requests than the browser keeps in mind (250, as a rule), or outside of browsers.
 * Never rejects.
 *
 * @see Resource Timing, `nextHopProtocol`
 */
export function httpVersion(url: string): Promise<string> {
  const {href} = new URL(url, globalThis.location?.href);
  return new Promise((resolve) => {
    const tell = (version: string): void => {
      clearTimeout(timer);
      observer.disconnect();
      resolve(version);
    };
    const timer = setTimeout(tell, tellingTime, '');
    // Browsers tell of an answer some tasks after it has come.
    const observer = new PerformanceObserver((list) => {
      const entry = list.getEntriesByName(href).at(-1);
      if (entry) tell('nextHopProtocol' in entry && typeof entry.nextHopProtocol === 'string' ? entry.nextHopProtocol : '');
    });
    observer.observe({type: 'resource', buffered: true});
  });
}
