import type {Range, Ranges} from '../../src/core/ranges.js';
import {broken, type Behaviour, type Delivered, type Passage} from './scripted-passage.js';
import type {ServerReply} from './scripted-reception.js';

/** The bytes of which a body speaks, as far as a status counts them. */
function claimsOf({status, body}: ServerReply): Ranges | undefined {
  if (!body || (status !== 200 && status !== 201)) return undefined;
  return (body['received'] as readonly (readonly [number, number])[]).map(([start, end]) => ({start, end}));
}

/** A server's answer as it reaches the client when nothing happens to it. */
export const delivered = (reply: ServerReply): Delivered => ({
  status: reply.status,
  headers: reply.headers,
  text: reply.body === undefined ? '' : JSON.stringify(reply.body),
  claims: claimsOf(reply),
});

const page = '<!doctype html><title>Sign in</title>';

/** What a portal, a proxy or a login page says. */
export const html = (status: number, headers: Readonly<Record<string, string>> = {}): Delivered => ({
  ...{status, text: page},
  headers: {'Content-Type': 'text/html', ...headers},
});

/** In so many pieces does a body arrive: at least one in a second. */
const piecesOf = (length: number, rate: number): number => Math.max(4, Math.ceil(length / rate / 1_000));

/** The way there: the body arrives piece by piece, and an early answer ends that. `until` is the share of it that arrives. */
async function goThere(passage: Passage, until = 1, flipAt?: number): Promise<void> {
  const {length, way, file} = passage;
  await passage.sleep(way.latency);
  if (file && way.noticesChange && !file.unchanged) throw broken('The file has changed.');
  const reception = passage.reach();
  // Buffers of the machine swallow more than has arrived.
  passage.sent(Math.min(length, 100_000));
  const end = Math.floor(length * until);
  const pieces = piecesOf(length, way.rate);
  for (let piece = 1; piece <= pieces && length > 0 && !reception.answered; piece += 1) {
    const upTo = Math.floor((end * piece) / pieces);
    await passage.sleep(Math.ceil(length / pieces / way.rate));
    passage.carry(upTo, flipAt);
  }
}

/** Everything goes well, as long as no proxy on the way minds. */
export const healthy: Behaviour = async (passage) => {
  if (passage.length > passage.way.proxyLimit) {
    await passage.sleep(passage.way.latency);
    return html(413);
  }
  await goThere(passage);
  const reply = await passage.finish();
  await passage.sleep(passage.way.latency);
  if (!passage.way.reachable) throw broken('The connection is dead.');
  return delivered(reply);
};

/** Nothing reaches the server. */
export const lost: Behaviour = async (passage) => {
  await passage.sleep(passage.way.latency);
  throw broken('Lost.');
};

/** The connection is cut when this share of the body has arrived. */
export const cutAfter =
  (share: number): Behaviour =>
  async (passage) => {
    await goThere(passage, share);
    return passage.cut();
  };

/** The server does it all, and its answer is lost. */
export const losesAnswer: Behaviour = async (passage) => {
  await healthy(passage);
  throw broken('The answer was lost.');
};

/** This share arrives; then nothing happens until the client gives up. */
export const silentAfter =
  (share: number): Behaviour =>
  async (passage) => {
    await goThere(passage, share);
    return passage.forever();
  };

/** The server does it all, and its answer never comes: nobody says that it is lost. */
export const neverAnswers: Behaviour = async (passage) => {
  await healthy(passage);
  return passage.forever();
};

/** A few bytes now and then, too slow to ever get there in time. */
export const drips: Behaviour = async (passage) => {
  const {length, timeout, way} = passage;
  await passage.sleep(way.latency);
  passage.reach();
  for (let drop = 1; ; drop += 1) {
    await passage.sleep(timeout / 7);
    passage.carry(Math.min(length, Math.floor((length * drop) / 100)));
  }
};

/** The browser repeats the whole request, after it was cut or after it was served. */
export const repeats =
  (share: number): Behaviour =>
  async (passage) => {
    await goThere(passage, share);
    if (share === 1) await passage.finish();
    else await passage.cut().catch(() => undefined);
    return healthy(passage);
  };

/** All is well, and a copy of the request comes to the server just before the next one. */
export const leavesCopy: Behaviour = async (passage) => {
  const answer = await healthy(passage);
  passage.way.copies.push(passage.copy());
  return answer;
};

/** Slow there, and slow back. */
export const slow =
  (there: number, back: number): Behaviour =>
  async (passage) => {
    await passage.sleep(there);
    const answer = await healthy(passage);
    await passage.sleep(back);
    return answer;
  };

/** Somebody else answers, and nothing reaches the server. */
export const answers =
  (answer: Delivered): Behaviour =>
  async (passage) => {
    await passage.sleep(passage.way.latency);
    return answer;
  };

/** The server does it all, and something happens to its answer. */
export const answerBecomes =
  (change: (answer: Delivered, passage: Passage) => Delivered): Behaviour =>
  async (passage) =>
    change(await healthy(passage), passage);

/** The server's status as it is now is the answer to a request that it never sees. */
export const earlyStatus: Behaviour = async (passage) => {
  await passage.sleep(passage.way.latency);
  const status = passage.way.server.statusAt(passage.path);
  return status ? {...delivered(status), lie: true} : html(200);
};

/** One bit is flipped, at this share of the body. */
export const flipsAt =
  (share: number): Behaviour =>
  async (passage) => {
    await goThere(passage, 1, Math.floor((passage.length - 1) * share));
    const reply = await passage.finish();
    await passage.sleep(passage.way.latency);
    return delivered(reply);
  };

/** The status says this of what was received. `claims` is what a careful client makes of it. */
export const saysReceived = (received: unknown, claims?: (size: number) => readonly Range[]): Behaviour =>
  answerBecomes((answer) => {
    if (answer.claims === undefined) return answer;
    const status = JSON.parse(answer.text) as Record<string, unknown>;
    if (status['complete'] === true) return answer;
    const size = Number(status['size']);
    const text = JSON.stringify({
      ...status,
      received: typeof received === 'function' ? (received as (size: number) => unknown)(size) : received,
    });
    return {...answer, text, claims: claims?.(size), lie: true};
  });
