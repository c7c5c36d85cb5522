/** Whoever wants the screen to stay awake. One lock serves all elements of the page. */
const wanting = new Set<object>();
let lock: WakeLockSentinel | undefined;
let settling = false;

/**
 * Keeps the screen awake as long as somebody sends and the page can be seen: a device that falls asleep stops the upload. A comfort
 * and no promise: where there is no lock (plain http), or the browser refuses one (low battery), nothing happens.
 */
export function keepAwake(sender: object, sending: boolean): void {
  const before = wanting.size;
  if (sending) wanting.add(sender);
  else wanting.delete(sender);
  if (wanting.size > 0 === before > 0) return;
  if (wanting.size > 0) document.addEventListener('visibilitychange', seen);
  else document.removeEventListener('visibilitychange', seen);
  seen();
}

const seen = (): void => void settle();
const wanted = (): boolean => wanting.size > 0 && !document.hidden;
const held = (): boolean => lock?.released === false;

/** One at a time: what is wanted may change while the browser thinks about it. Browsers take the lock away by themselves, too. */
async function settle(): Promise<void> {
  if (settling) return;
  settling = true;
  try {
    await Promise.resolve(); // an element that only moves gives up what it wants, and wants it again
    while (wanted() !== held()) {
      if (wanted()) lock = await navigator.wakeLock.request('screen');
      else await lock?.release();
    }
  } catch {
    // refused, or unknown here: asked anew when somebody begins to send, or the page is seen again
  } finally {
    settling = false;
  }
}
