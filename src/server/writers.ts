/** Who sends: one run of one client. Section 4 of the protocol. */
export interface Writer {
  /** Positive; raised by the client with every run. */
  readonly counter: number;
  readonly random: string;
}

/** Reads `counter-random`, or gives `undefined` when it is not that. */
export function parseWriter(text: string): Writer | undefined {
  const match = /^([1-9]\d{0,15})-([A-Za-z0-9_-]{8,64})$/.exec(text);
  const counter = Number(match?.[1]);
  return match?.[2] !== undefined && Number.isSafeInteger(counter) ? {counter, random: match[2]} : undefined;
}

/** A writer as it stands in the header and in the journal. */
export const writerText = ({counter, random}: Writer): string => `${counter}-${random}`;

/** Whether both are the same run. Two requests without a writer are not. */
export const sameWriter = (one: Writer | undefined, other: Writer | undefined): boolean =>
  one !== undefined && other !== undefined && one.counter === other.counter && one.random === other.random;

/** Whether `writer` is newer than the newest seen so far. */
export type NewerRule = (writer: Writer, newest: Writer | undefined) => boolean;

/** The rule for parts: the counter is higher. */
export const isHigher: NewerRule = (writer, newest) => newest === undefined || writer.counter > newest.counter;

/**
 * The rule for the beginning of a run: of the same counter, another `random` is newer too. A run begins with a `GET`, or with a repeated
 * creation, whose client may have lost everything but the key.
 */
export const takesOver: NewerRule = (writer, newest) =>
  isHigher(writer, newest) || (writer.counter === newest?.counter && writer.random !== newest.random);
