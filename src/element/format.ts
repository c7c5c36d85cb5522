import {secondsIn} from './countdown.js';

/** Numbers as people of one language read them. */
export interface Format {
  /** Three digits at most, in units of 1,000. */
  bytes(bytes: number): string;
  /** `share` of 100. */
  percent(share: number): string;
  /** Bytes per second. */
  speed(bytesPerSecond: number): string;
  /** A time span in ms, roughly: a person wants to know "3 min", not "187 s". */
  duration(ms: number): string;
  /** A wait in ms, to the second. */
  countdown(ms: number): string;
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
const formats = new Map<string, Format>();

/** The format of a BCP 47 language; a tag that is none gives the browser's own. */
export function formatFor(language: string): Format {
  const known = formats.get(language);
  if (known) return known;
  const made = formatOf(supported(language));
  formats.set(language, made);
  return made;
}

function formatOf(language: string | undefined): Format {
  const numbers = new Map<string, Intl.NumberFormat>();
  const inUnit = (value: number, unit: string, unitDisplay: 'short' | 'long' = 'short'): string => {
    const key = `${unit} ${unitDisplay}`;
    const format = numbers.get(key) ?? new Intl.NumberFormat(language, {style: 'unit', unit, unitDisplay, maximumSignificantDigits: 3});
    numbers.set(key, format);
    return format.format(value);
  };
  const inUnits = (parts: readonly Span[]): string => parts.map(([value, unit]) => inUnit(value, unit)).join(' ');
  const percents = new Intl.NumberFormat(language, {style: 'percent', maximumFractionDigits: 0});
  return {
    bytes(bytes) {
      const {value, unit} = scaled(bytes);
      return inUnit(value, unit, unit === 'byte' ? 'long' : 'short');
    },
    percent: (share) => percents.format(share / 100),
    speed(bytesPerSecond) {
      const {value, unit} = scaled(bytesPerSecond);
      return inUnit(value, `${unit}-per-second`);
    },
    duration: (ms) => inUnits(spans(ms)),
    countdown: (ms) => inUnits(minutesAndSeconds(secondsIn(ms))),
  };
}

/** In the largest unit of which there is at least one, after rounding to three digits. */
function scaled(bytes: number): {value: number; unit: (typeof units)[number]} {
  let value = Math.max(0, Math.round(bytes));
  let index = 0;
  while (value >= 999.5 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  return {value, unit: units[index] ?? 'byte'};
}

type Span = readonly [value: number, unit: 'second' | 'minute' | 'hour'];

function minutesAndSeconds(seconds: number): readonly Span[] {
  const rest = seconds % 60;
  const minutes = (seconds - rest) / 60;
  return [...(minutes > 0 ? [[minutes, 'minute'] as const] : []), ...(rest > 0 || minutes === 0 ? [[rest, 'second'] as const] : [])];
}

function spans(ms: number): readonly Span[] {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 10) return [[seconds, 'second']];
  if (seconds <= 55) return [[Math.ceil(seconds / 5) * 5, 'second']];
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return [[minutes, 'minute']];
  const rest = minutes % 60;
  const hours = [Math.floor(minutes / 60), 'hour'] as const;
  return rest === 0 || hours[0] >= 10 ? [hours] : [hours, [rest, 'minute']];
}

function supported(language: string): string | undefined {
  try {
    return Intl.NumberFormat.supportedLocalesOf(language)[0];
  } catch {
    return undefined;
  }
}

/** `done` of `whole` in percent, rounded down, and never 100 before it is over: only the server can say that. */
export const percentOf = (part: number, whole: number, over: boolean): number =>
  over ? 100 : whole > 0 ? Math.min(99, Math.floor((part / whole) * 100)) : 0;
