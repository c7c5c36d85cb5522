import type {ComplexAttributeConverter, PropertyDeclaration} from 'lit';
import type {HeadersSource} from './wire.js';
import {warnOnce} from './warn.js';

/**
 * Makes a value of the right type out of whatever an attribute or a script gives. Bad values warn once and become the initial value:
 * markup comes from templates, frameworks and people, and a typo must not take a page down.
 */
export interface Kind<T> {
  readonly initial: T;
  /** `null` and `undefined` give the initial value. */
  coerce(value: unknown, name: string): T;
}

/** A converter that knows its kind, so that the property's setter can coerce as well. */
export interface KindConverter extends ComplexAttributeConverter {
  readonly kind: Kind<unknown>;
}

/** Set in place of an attribute that was taken off. */
export const absent = Symbol('absent');

/**
 * Declares a property with an attribute. The attribute's text goes to the setter as it is, and the setter coerces: markup and script
 * follow the same rules. An attribute that is taken off gives the initial value again.
 */
export function attribute(kind: Kind<unknown>, name?: string, options: PropertyDeclaration = {}): PropertyDeclaration {
  const converter: KindConverter = {
    kind,
    fromAttribute: (value) => value ?? absent,
    toAttribute: (value) => (value === true ? '' : value === false ? null : value),
  };
  return {converter, useDefault: true, ...(name === undefined ? {} : {attribute: name}), ...options};
}

/**
 * A boolean that is false unless it is said. The text "false" means false, because frameworks write it when the element is defined
 * after they rendered; `''` means true, as it does in markup.
 */
export const flag: Kind<boolean> = {
  initial: false,
  coerce: (value) => (typeof value === 'string' ? value !== 'false' : Boolean(value)),
};

/** Any text. */
export const text: Kind<string> = {
  initial: '',
  coerce: (value, name) => {
    if (value === null || value === undefined) return '';
    if (typeof value === 'string') return value;
    warnOnce(`"${name}" must be a text.`);
    return '';
  },
};

/** A whole number that is `least` or more. */
export const count = (initial: number, least = 0): Kind<number> => ({
  initial,
  coerce: (value, name) => wholeNumber(value, least) ?? complain(value, initial, `"${name}" must be a whole number, ${least} or more.`),
});

/** A whole number of bytes, or `null` for no limit. */
export const limit: Kind<number | null> = {
  initial: null,
  coerce: (value, name) => wholeNumber(value, 0) ?? complain(value, null, `"${name}" must be a whole number, 0 or more.`),
};

/** A number of bytes, 0 unless it is said. `true`, and an attribute without a value, mean `usual`. */
export const bytesOr = (usual: number): Kind<number> => ({
  initial: 0,
  coerce: (value, name) => {
    if (value === '' || value === true) return usual;
    if (value === 'false' || value === false) return 0;
    return wholeNumber(value, 0) ?? complain(value, 0, `"${name}" must be a whole number of bytes, or stand there without a value.`);
  },
});

/** A number of bytes, or `auto`. */
export const bytesOrAuto: Kind<number | 'auto'> = {
  initial: 'auto',
  coerce: (value, name) => {
    if (value === 'auto') return 'auto';
    return wholeNumber(value, 1) ?? complain(value, 'auto', `"${name}" must be "auto" or a whole number of bytes.`);
  },
};

/** One of a few words. The first one is the initial value. */
export const oneOf = <T extends string>(initial: T, ...others: readonly T[]): Kind<T> => ({
  initial,
  coerce: (value, name) => {
    const known = [initial, ...others];
    return known.find((word) => word === value) ?? complain(value, initial, `"${name}" must be one of: ${known.join(', ')}.`);
  },
});

/** HTTP headers: an object or a function from script, JSON in an attribute. */
export const headersSource: Kind<HeadersSource | undefined> = {
  initial: undefined,
  coerce: (value) => {
    if (value === null || value === undefined || value === '') return undefined;
    if (typeof value === 'function' || typeof value === 'object') return value as HeadersSource;
    return complain(
      value,
      typeof value === 'string' ? parsed(value) : undefined,
      '"headers" must be set from script, or be JSON in the attribute. It was lost.',
    );
  },
};

/** The words in a list with commas or spaces, in lower case. */
export const tokens = (list: string): readonly string[] =>
  list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);

function wholeNumber(value: unknown, least: number): number | undefined {
  const given = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof given === 'number' && Number.isSafeInteger(given) && given >= least ? given : undefined;
}

function complain<T>(value: unknown, instead: T, message: string): T {
  const silent = value === null || value === undefined || (typeof instead === 'object' && instead !== null);
  if (!silent) warnOnce(message);
  return instead;
}

function parsed(json: string): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, string>) : undefined;
  } catch {
    return undefined;
  }
}
