/**
 * `work`, or a rejection when it has not settled after `limit` ms. `work` itself is not stopped: whoever started it does that.
 *
 * @param late What the error says. Its code is for the caller to give.
 */
export async function within<T>(limit: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), limit);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
