/** Runs in the page and keeps what happens in its life. Plain JavaScript because it goes into the page as it is. */
{
  const {wakeLock} = navigator;
  const request = wakeLock.request.bind(wakeLock);
  /** @type {WakeLockSentinel[]} */
  const locks = [];
  wakeLock.request = async () => {
    const lock = await request('screen');
    locks.push(lock);
    return lock;
  };

  /** @type {string[]} */
  const told = [];
  for (const type of ['freeze', 'resume']) document.addEventListener(type, () => told.push(type));

  const life = {
    told,
    /** Whether the browser had kept the page when it was last shown. */
    persisted: false,
    granted: () => locks.length,
    held: () => locks.filter(({released}) => !released).length,
  };
  addEventListener('pageshow', ({persisted}) => (life.persisted = persisted));
  Object.assign(globalThis, {life});
}
