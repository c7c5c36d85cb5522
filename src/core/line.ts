import type {Limits} from './patience.js';
import type {Clock, PartRule} from './ports.js';

/** How often an acknowledgement should come from each request, in ms. */
const rhythm = 1_500;

/** Bytes of a request on a line of which nothing is known: few enough to be acknowledged within 2 s at 300 kbit/s. */
const firstBytes = 65_536;

/**
 * Bytes that a new TCP connection takes at once, with room for headers: ten segments of 1,460 bytes (RFC 6928). More would keep the
 * first answer waiting for another round trip.
 */
const firstFlight = 12_288;

/** Bytes that a new TCP connection brings in its first round trip; in each later one twice as many (slow start). */
const firstWindow = 14_600;

/** Round trips in which a new connection brings `bytes`, however fast the line is. */
const flights = (bytes: number): number => Math.ceil(Math.log2(bytes / firstWindow + 1));

/** Whether all of `bytes` leave at once, by so many connections, and there are enough of them to tell a slow line by. */
const isOneFlight = (bytes: number, spread: number): boolean => bytes <= firstFlight * spread && bytes >= (firstFlight * spread) / 2;

/** ms by which one round trip may differ from another. A request that took no longer than that over one leaves open how fast the line is. */
const jitter = (roundTrip: number): number => Math.max(5, roundTrip / 8);

/** Bytes per second that a limit takes for granted as long as nothing was acknowledged. */
const unknownRate = 32_768;

/** The longest limit, in ms. A request that is cut by it goes on from what has arrived, like any other. */
const longestLimit = 300_000;

/** By how much a request is faster than what was known when it began, where slow start is what kept it from being faster still. */
const faster = 1.25;

/** A request with fewer acknowledged bytes tells how long a round trip takes, and how fast the line is only beside one that is known. */
const tellingBytes = 16_384;

/** Requests at a time on a line of which nothing is known: more of the shortest parts would keep a slow line without an answer for too long. */
const firstLanes = 3;

/** Requests that bring the first bytes of a file where its server lets a creation be spread: as many as there will be parts at a time. */
const mostSpread = 4;

/** The most that travels with a creation, however fast the line is. */
const mostCarried = 1_048_576;

/**
 * How much longer parts may be than was proven to fit. A request that took hardly longer than TCP needs to open its window tells only that
 * the line is at least as fast. With 4 the next one is acknowledged within 6 s on the slowest line that is possible.
 */
const untested = 4;

/** A request with a body, from its first byte until it has ended. */
export interface Flight {
  /**
   * How many requests may share the bytes that travel with a creation: several on connections that a greeting has opened, when nothing else
   * is under way and the line is unknown. Each connection has begun slow start by the time that parts need it.
   */
  readonly spread: number;
  /** `bytes` of it were acknowledged, which so many requests had shared. */
  acknowledged(bytes: number, spread?: number): void;
  /** It has ended, whatever became of it. */
  end(): void;
}

/** A request of which `bytes` were acknowledged after `ms`, while `sharers` requests shared the line. */
interface Taken {
  readonly bytes: number;
  readonly ms: number;
  readonly sharers: number;
  readonly spread: number;
  /** What the line's rate was thought to be when it began. */
  readonly rateBefore: number | undefined;
}

/** What a {@link Line} works with. */
export interface LineDeps {
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'stall'>;
  /** How many requests with a body may be under way at a time. Set by the line, kept to by whoever makes requests. */
  readonly width: {count: number};
}

/**
 * What is known of the way to the server, shared by all files of a list: how fast it is, learned from acknowledgements and from
 * nothing else, and how many requests at a time it bears. From that follow how long a request may take, how long a part is, and
 * how many travel side by side.
 */
export class Line {
  readonly #deps: LineDeps;
  /** Acknowledged bytes per second of all requests together. */
  #rate: number | undefined;
  /** The shortest time in which anything was acknowledged: a round trip at least, two where a connection had to be made first. */
  #quickest: number | undefined;
  /** The shortest time in which a request without a body was answered, if there was one. */
  #roundTrip: number | undefined;
  /** Whether several requests may bring the first bytes of a file. */
  #maySpread = false;
  #headroom = 1;
  #inFlight = 0;
  #parallel = 1;
  #leastPart = firstBytes;
  /** How many requests at a time the server bears. Falls when it says that it is busy. */
  #borne = Infinity;
  /** When something was acknowledged last, or the first request of several began. */
  #movedAt = 0;

  constructor(deps: LineDeps) {
    this.#deps = deps;
  }

  /** ms that a request with `bytes` may take: three times what acknowledgements so far suggest, all others sharing the line; 5 min at most. */
  limit(bytes: number): number {
    const sharers = Math.max(this.#inFlight, this.#lanes, 1);
    const rate = this.#rate === undefined ? unknownRate : this.#rate / sharers;
    return Math.max(this.#deps.limits.stall, Math.min(longestLimit, (3 * bytes * 1000) / rate));
  }

  /** Bytes of a part that should be acknowledged in 1.5 s, not yet within the bounds of a server. While nothing is known: a few. */
  get partSize(): number {
    return this.#rate === undefined ? firstBytes : (this.#rate * this.#headroom * rhythm) / 1000 / Math.max(1, this.#lanes);
  }

  /**
   * How many bytes of a file with `size` may travel with its creation: what should be acknowledged in 1 s. A small file goes whole; of a
   * large one no more goes along, on a line of which nothing is known, than `spread` connections take at once.
   */
  carried(size: number, spread = 1): number {
    if (this.#rate === undefined) return size <= firstBytes ? size : firstFlight * spread;
    return Math.min(size, Math.floor(Math.min(mostCarried, Math.max(firstBytes, this.#rate))));
  }

  /** An upload was opened: so many parts at a time, none shorter than `leastPart` bytes. */
  opened({parallel}: Pick<PartRule, 'parallel'>, leastPart: number): void {
    this.#parallel = parallel;
    this.#leastPart = leastPart;
    this.#setWidth();
  }

  /** Whether a request with a body is under way. */
  get isBusy(): boolean {
    return this.#inFlight > 0;
  }

  /** A request without a body was answered after so many ms. */
  answered(ms: number): void {
    this.#roundTrip = Math.min(this.#roundTrip ?? ms, ms);
  }

  /** Connections are open, and the server lets several of them bring the first bytes of a file. */
  allowSpread(): void {
    this.#maySpread = true;
  }

  /** A request with a body begins. */
  begin(): Flight {
    const {clock} = this.#deps;
    const began = clock.now();
    if (this.#inFlight === 0) this.#movedAt = began;
    const before = (this.#inFlight += 1);
    const rateBefore = this.#rate;
    let flying = true;
    return {
      spread: this.#maySpread && before === 1 && rateBefore === undefined ? mostSpread : 1,
      acknowledged: (bytes, spread = 1) => {
        const sharers = (before + this.#inFlight) / 2;
        this.#acknowledged({bytes, ms: clock.now() - began, sharers, spread, rateBefore});
      },
      end: () => {
        if (flying) this.#inFlight -= 1;
        flying = false;
      },
    };
  }

  /**
   * A limit ran out while bytes still arrived, `gained` of them since the last acknowledgement: the line is slower than thought. Not
   * more than four times slower, though: if it was a server that stopped after a few bytes, the next limit must not be endless.
   */
  crawled(gained: number): void {
    const {clock} = this.#deps;
    const seen = (gained * 1000) / Math.max(1, clock.now() - this.#movedAt);
    this.#rate = Math.max(seen, (this.#rate ?? unknownRate) / 4);
    this.#movedAt = clock.now();
    this.#setWidth();
  }

  /** The server said that it is busy: half as many requests at a time, and one more for every round that goes well. */
  busy(): void {
    this.#borne = Math.max(1, Math.floor(Math.min(this.#borne, this.#inFlight) / 2));
    this.#setWidth();
  }

  #acknowledged(taken: Taken): void {
    const {bytes, ms} = taken;
    if (bytes <= 0) return;
    // Over its limit and answered all the same: the machine slept meanwhile, and the time says nothing.
    if (ms <= this.limit(bytes)) this.#judge(taken);
    this.#quickest = Math.min(this.#quickest ?? ms, ms);
    this.#borne += 1 / this.#borne;
    this.#movedAt = this.#deps.clock.now();
    this.#setWidth();
  }

  /** What a request says of the line. */
  #judge({bytes, ms, sharers, spread, rateBefore = 0}: Taken): void {
    const roundTrip = this.#roundTrip;
    if (this.#rate === undefined && roundTrip !== undefined && isOneFlight(bytes, spread)) {
      const doubt = jitter(Math.min(roundTrip, ms));
      const own = ms - roundTrip;
      return this.#learn((bytes * 1000) / Math.max(own, doubt), own <= doubt);
    }
    const rate = (bytes * sharers * 1000) / Math.max(1, ms);
    const isSlowStart = ms <= (2 + flights(bytes)) * (roundTrip ?? 0) && rate > faster * rateBefore;
    const isQuick = isSlowStart || ms <= 2 * Math.min(this.#quickest ?? 0, roundTrip ?? Infinity);
    if (bytes >= tellingBytes || rate > (this.#rate ?? Infinity)) this.#learn(rate, isQuick);
  }

  #learn(rate: number, isQuick: boolean): void {
    const before = this.#rate ?? rate;
    this.#rate = isQuick ? Math.max(before, rate) : (before + rate) / 2;
    this.#headroom = isQuick ? untested : 1;
  }

  get #lanes(): number {
    return Math.min(this.#parallel, this.#deps.width.count);
  }

  /** On a slow line several of the shortest parts would only keep each other from being acknowledged. */
  #setWidth(): void {
    const useful = this.#rate === undefined ? firstLanes : (this.#rate * rhythm) / 1000 / this.#leastPart;
    this.#deps.width.count = Math.max(1, Math.floor(Math.min(useful, this.#borne)));
  }
}
