import type {UploadError} from '../core/errors.js';
import type {DigestAlgorithm, Hasher} from '../core/hasher-ports.js';
import type {Limits} from '../core/patience.js';
import type {FileKeeper, Protocol, ResumeStore, Slots, Tabs} from '../core/ports.js';
import type {Settings} from '../core/settings.js';
import {bothSlots, CountedSlots} from '../core/slots.js';
import {Uploader} from '../core/uploader.js';
import {clockWith, type Alarms} from '../hash/worker-clock.js';
import {workerHasher} from '../hash/worker-hasher.js';
import {browserFrames} from '../net/frames.js';
import {withHeaders, type HeadersSource} from '../net/headers.js';
import {browserNetwork} from '../net/network.js';
import {xhrHttp} from '../net/xhr.js';
import {isProtocolName, protocolByName, type ProtocolName} from '../protocols/by-name.js';
import {lastingLater} from '../stores/lasting-later.js';
import {MemoryStore} from '../stores/memory.js';
import {warnOnce} from './warn.js';

export type {HeadersSource};

/** How long waits may take, in ms: those of the engine, of a question to the server, and of the worker. */
export interface WaitLimits extends Limits {
  /** How long an answer to a question may take. Default 3,000. */
  readonly ask: number;
  /** How long a worker may take until its first answer. Default 3,000. */
  readonly handshake: number;
  /** How long a worker that has work may give no sign of life. Default 4,000. */
  readonly silence: number;
}

/** What an engine is made from. */
export interface Wiring {
  /** Absolute URL, or `''` with a protocol that needs none. */
  readonly endpoint: string;
  readonly protocol: ProtocolName | Protocol;
  readonly hash: DigestAlgorithm;
  readonly workerSrc: string | (() => Worker);
  readonly resumeKey: string;
  /** Read before each request. */
  readonly headers: () => HeadersSource | undefined;
  /** Read before each request. */
  readonly withCredentials: () => boolean;
  /** Requests with a body that this element may have under way. */
  readonly slots: Slots;
  readonly memory: Memory;
  readonly settings: Settings;
  /** Where they are not to be the usual ones. */
  readonly limits: Partial<WaitLimits>;
  /** Digests are made with less than they could be. Told once. */
  readonly onFallback: (error: UploadError) => void;
}

/** Where digests are made, by what and by how many workers, and why not elsewhere. */
export interface HasherFacts {
  readonly source: string;
  readonly engine: string;
  readonly workers: number;
  readonly why: readonly string[];
}

/** A hasher that can be looked at. */
export type HasherState = Hasher & Alarms & HasherFacts;

/** An engine and what it hashes with. `uploader.close()` ends both. */
export interface Wired {
  readonly uploader: Uploader;
  readonly hasher: HasherState;
}

/** Requests with a body that one page may have under way to one origin: with six there is no connection left for a question. */
const perOrigin = 4;
const origins = new Map<string, CountedSlots>();

/** What remembers uploads, and for how long. */
export interface Memory {
  readonly store: ResumeStore;
  readonly keeper?: FileKeeper;
  readonly tabs?: Tabs;
}

/** Remembers as long as the page lives. */
export const pageMemory = (): Memory => ({store: new MemoryStore()});

/** Remembers across page loads, for all tabs of the origin. `room` is how many bytes copies of files may take; asked for each file. */
export const lastingMemory = (room: () => number): Memory => lastingLater({name: 'chunk-uploader', room});

/** What can be wired: a protocol object, or a name that this version speaks. */
export const isSpoken = (protocol: string | Protocol): protocol is ProtocolName | Protocol =>
  typeof protocol !== 'string' || isProtocolName(protocol);

/** Puts an engine together. The only place that knows which adapters there are. */
export function wire(wiring: Wiring): Wired {
  const {endpoint, protocol, resumeKey, headers, withCredentials, slots, memory, settings, limits} = wiring;
  const hasher = hasherFor(wiring);
  const http = withHeaders(xhrHttp({withCredentials}), headers, () => endpoint);
  const uploader = new Uploader({
    protocol: typeof protocol === 'string' ? protocolByName(protocol, {endpoint, askTimeout: limits.ask}, http) : protocol,
    hasher,
    slots: bothSlots(slots, slotsOf(endpoint)),
    ...memory,
    network: browserNetwork(),
    clock: clockWith(hasher),
    frames: browserFrames(),
    scope: JSON.stringify([endpoint, resumeKey]),
    canRenew: () => typeof headers() === 'function',
    settings,
    limits,
  });
  return {uploader, hasher};
}

function hasherFor({hash, workerSrc, limits: {handshake, silence}, onFallback}: Wiring): HasherState {
  const worker = typeof workerSrc === 'function' ? {workerFactory: workerSrc} : workerSrc === '' ? {} : {workerSrc};
  const options = {...worker, handshake, silence, onFallback};
  try {
    return workerHasher({...options, algorithm: hash});
  } catch (error) {
    warnOnce(`"hash" falls back to md5: ${String(error)}`);
    return workerHasher({...options, algorithm: 'md5'});
  }
}

/** Shared by all elements of the page, because the browser's connections are. */
function slotsOf(endpoint: string): Slots {
  const origin = URL.canParse(endpoint) ? new URL(endpoint).origin : '';
  let slots = origins.get(origin);
  if (!slots) origins.set(origin, (slots = new CountedSlots(perOrigin)));
  return slots;
}
