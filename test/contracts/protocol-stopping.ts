import type {Json, SourceFile} from '../../src/core/ports.js';
import {eventually, never, rejection, same, type Clauses} from './clauses.js';
import type {ProtocolScene} from './protocol-scene.js';
import {MiB, newKey, open, openUpload, randomFile, send} from './protocol-steps.js';

interface Call {
  readonly scene: ProtocolScene;
  readonly file: SourceFile;
  readonly remote: Json;
}

const calls: Readonly<Record<string, (call: Call, signal: AbortSignal) => Promise<unknown>>> = {
  open: ({scene, file}, signal) => open(scene, file, {}, signal),
  'open again': ({scene, file, remote}, signal) => open(scene, file, {saved: remote, repeated: true}, signal),
  ask: ({scene, remote}, signal) => scene.protocol.ask(remote, signal),
  send: ({scene, file, remote}, signal) => send(scene, file, remote, {start: MiB, end: 3 * MiB}, {signal}),
  finish: ({scene, remote}, signal) => scene.protocol.finish(remote, signal),
  discard: ({scene, remote}, signal) => scene.protocol.discard(remote, newKey(), signal),
};

const opened = async (scene: ProtocolScene): Promise<Call> => {
  const {file} = randomFile(5 * MiB);
  const {remote} = await openUpload(scene, file);
  return {scene, file, remote};
};

const each = async <T>(work: (call: (typeof calls)[string]) => Promise<T>): Promise<Record<string, T>> => {
  const outcomes: Record<string, T> = {};
  for (const [name, call] of Object.entries(calls)) outcomes[name] = await work(call);
  return outcomes;
};

const all = <T>(outcome: T): Record<string, T> => Object.fromEntries(Object.keys(calls).map((name) => [name, outcome]));

/** How every call of a protocol is stopped. */
export const stoppingRequests = {
  async 'rejects with the reason of a signal that is aborted already, and asks nobody'(scene) {
    const call = await opened(scene);
    const before = scene.asked();
    const reason = new Error('not wanted');
    same(await each(async (make) => (await rejection(make(call, AbortSignal.abort(reason)))) === reason), all(true));
    same(scene.asked(), before);
  },

  async 'rejects with the reason when it is aborted while the server is silent'(scene) {
    const call = await opened(scene);
    scene.stall();
    const stop = async (make: (typeof calls)[string]): Promise<boolean> => {
      const [controller, reason] = [new AbortController(), new Error('enough')];
      const before = scene.asked();
      const outcome = rejection(make(call, controller.signal));
      await eventually(() => scene.asked() > before);
      controller.abort(reason);
      return (await outcome) === reason;
    };
    same(await each(stop), all(true));
  },

  async 'leaves no request open when it is aborted'(scene) {
    const call = await opened(scene);
    scene.stall();
    const stop = async (make: (typeof calls)[string]): Promise<number> => {
      const controller = new AbortController();
      const outcome = rejection(make(call, controller.signal));
      await eventually(() => scene.running() > 0);
      controller.abort();
      await outcome;
      await eventually(() => scene.running() === 0);
      return scene.running();
    };
    same(await each(stop), all(0));
  },

  async 'asks nothing more of its own when a creation is aborted'(scene) {
    const {file} = randomFile(3 * MiB);
    scene.stall();
    const controller = new AbortController();
    const outcome = rejection(open(scene, file, {}, controller.signal));
    await eventually(() => scene.running() === 1);
    controller.abort();
    await outcome;
    await eventually(() => scene.running() === 0);
    same(scene.asked(), 1);
  },

  async 'stops one call and no other'(scene) {
    const {file, remote} = await opened(scene);
    const controller = new AbortController();
    const stopped = rejection(send(scene, file, remote, {start: MiB, end: 2 * MiB}, {signal: controller.signal}));
    const other = send(scene, file, remote, {start: 3 * MiB, end: 4 * MiB});
    controller.abort();
    await stopped;
    same((await other).kind, 'kept');
  },

  async 'answers as before after it was aborted'(scene) {
    const {file, remote} = await opened(scene);
    const controller = new AbortController();
    const stopped = rejection(send(scene, file, remote, {start: MiB, end: 2 * MiB}, {signal: controller.signal}));
    controller.abort();
    await stopped;
    same((await scene.protocol.ask(remote, never())).kind, 'open');
  },
} satisfies Clauses<ProtocolScene>;
