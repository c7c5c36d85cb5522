import type {DigestAlgorithm} from '../core/hasher-ports.js';
import type {Protocol} from '../core/ports.js';
import {warnOnce} from './warn.js';
import {isSpoken, type WaitLimits, type Wiring} from './wire.js';

/** What the element says about where files go, and how. */
export interface TargetSettings {
  readonly endpoint: string;
  readonly protocol: string | Protocol;
  readonly hash: DigestAlgorithm;
  readonly workerSrc: string | (() => Worker);
  readonly resumeKey: string;
  readonly noResume: boolean;
  readonly limits: Partial<WaitLimits> | undefined;
}

/** Where files go, and how. An engine cannot follow a change of any of it; targets with the same `key` can share one. */
export interface Target extends Pick<Wiring, 'endpoint' | 'protocol' | 'hash' | 'workerSrc' | 'resumeKey' | 'limits'> {
  /** Nothing is kept across page loads. */
  readonly noResume: boolean;
  readonly key: string;
  /** Targets with the same one remember their uploads together. */
  readonly scope: string;
}

/** The target that the settings mean, or `undefined`, with a warning for developers, when they mean none. */
export function targetOf({
  endpoint: given,
  protocol,
  hash,
  workerSrc,
  resumeKey,
  noResume,
  limits = {},
}: TargetSettings): Target | undefined {
  const endpoint = absolute(given);
  if (!isSpoken(protocol)) {
    warnOnce(`"protocol" is "${protocol}", which this version does not speak: files cannot be added.`);
    return undefined;
  }
  if (endpoint === '' && typeof protocol === 'string') {
    warnOnce(given === '' ? 'the attribute "endpoint" is missing: files have nowhere to go.' : `"endpoint" is not a URL: ${given}`);
    return undefined;
  }
  const key = JSON.stringify([endpoint, idOf(protocol), hash, idOf(workerSrc), resumeKey, noResume, limits]);
  const scope = JSON.stringify([endpoint, typeof protocol === 'string' ? protocol : protocol.name, hash, resumeKey, noResume]);
  return {endpoint, protocol, hash, workerSrc, resumeKey, noResume, limits, key, scope};
}

const absolute = (url: string): string => (url !== '' && URL.canParse(url, document.baseURI) ? new URL(url, document.baseURI).href : '');

const ids = new WeakMap<object, number>();
let lastId = 0;

/** A text as it is; a number for an object or function, so that two of them never look the same. */
function idOf(value: string | object): string | number {
  if (typeof value === 'string') return value;
  const id = ids.get(value) ?? (lastId += 1);
  ids.set(value, id);
  return id;
}
