/** What mocha and node:test have in common. */
export interface Runner {
  describe(title: string, body: () => void): unknown;
  readonly it: {
    (title: string, body: () => Promise<void>): unknown;
    skip(title: string, body: () => Promise<void>): unknown;
  };
}

/** One sentence that must hold, by its words. */
export type Clauses<Scene> = Readonly<Record<string, (scene: Scene) => Promise<void>>>;

/** Clauses that are left out, each with the reason why. */
export type Exceptions<All> = Readonly<Partial<Record<keyof All, string>>>;

/** How a clause gets its own fresh scene, and what becomes of that afterwards. */
export interface Stage<Scene> {
  open(): Promise<Scene>;
  close(scene: Scene): Promise<void>;
}

/** How long one clause may take, in ms: nothing may hang. It stands for "never"; how fast a clause is says nothing. */
const limit = 50_000;

/** Makes one test of every clause. One that is left out is counted as skipped, and its title says why. */
export function keepsClauses<Scene, All extends Clauses<Scene>>(
  title: string,
  clauses: All,
  {open, close}: Stage<Scene>,
  {describe, it}: Runner,
  except?: Exceptions<All>,
): void {
  const test = (clause: (scene: Scene) => Promise<void>) => async (): Promise<void> => {
    const scene = await open();
    try {
      await within(limit, clause(scene));
    } finally {
      await close(scene);
    }
  };
  describe(title, () => {
    for (const [words, clause] of Object.entries(clauses)) {
      const reason = except?.[words];
      if (reason === undefined) it(words, test(clause));
      else it.skip(`${words} (left out: ${reason})`, test(clause));
    }
  });
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came of it within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Throws unless both are the same as JSON. */
export function same(actual: unknown, expected: unknown, what = 'it'): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`${what}: expected ${should}, got ${is}`);
}

/** Throws unless `fact` holds. */
export function holds(fact: boolean, what: string): void {
  if (!fact) throw new Error(`not true: ${what}`);
}

/** What `promise` rejects with. A promise that resolves is a failure. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`expected a rejection, got ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );

/** The `code` of what `promise` rejects with; `'no UploadError'` when it has none. */
export async function rejectionCode(promise: Promise<unknown>): Promise<string> {
  const reason = await rejection(promise);
  const isOurs = reason instanceof Error && reason.name === 'UploadError' && 'code' in reason;
  return isOurs ? String(reason.code) : `no UploadError: ${String(reason)}`;
}

/** Looks until `look` is true; the clause's own limit ends that. */
export async function eventually(look: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A signal that nobody aborts. */
export const never = (): AbortSignal => new AbortController().signal;
