import {holds, never, rejection, rejectionCode, same, type Clauses} from './clauses.js';
import {ask, find, keepHandle, words, type KeeperScene} from './file-keeper-scene.js';

/** A handle leads to the file as it is, once a person allows it. */
export const handleClauses = {
  'keeps the way to a file that has no room': async (scene) => {
    await keepHandle(scene);
    same(await find(scene, 'a'), 'file: on disk');
  },
  'keeps the way to a file for the next page': async (scene) => {
    await keepHandle(scene);
    same(await find(await scene.again(), 'a'), 'file: on disk');
  },
  'gives the file as it is now, with the way to it': async (scene) => {
    const disk = await keepHandle(scene);
    await disk.write('changed');
    const found = await scene.keeper.find('a', never());
    same(await words(found), 'file: changed');
    holds(found.kind === 'file' && found.handle !== undefined && found.lastModified > 0, 'it has a handle and a date');
  },
  'asks nobody when it looks': async (scene) => {
    await keepHandle(scene);
    scene.access.state = 'prompt';
    same([await find(scene, 'a'), scene.access.asked], ['locked', 0]);
  },
  'is locked where access is denied': async (scene) => {
    await keepHandle(scene);
    scene.access.state = 'denied';
    same(await find(scene, 'a'), 'locked');
  },
  'gives the file when the person allows it': async (scene) => {
    await keepHandle(scene);
    Object.assign(scene.access, {state: 'prompt', answer: 'granted'});
    same([await ask(scene, 'a'), scene.access.asked], ['file: on disk', 1]);
  },
  'gives the file to the next page when the person allows it, if nobody looked before': async (scene) => {
    await keepHandle(scene);
    Object.assign(scene.access, {state: 'prompt', answer: 'granted'});
    same(await ask(await scene.again(), 'a'), 'file: on disk');
  },
  'stays locked when the person refuses': async (scene) => {
    await keepHandle(scene);
    Object.assign(scene.access, {state: 'prompt', answer: 'denied'});
    same(await ask(scene, 'a'), 'locked');
  },
  'stays locked when the person only waves the question away': async (scene) => {
    await keepHandle(scene);
    Object.assign(scene.access, {state: 'prompt', answer: 'prompt'});
    same(await ask(scene, 'a'), 'locked');
  },
  'asks again after a refusal': async (scene) => {
    await keepHandle(scene);
    Object.assign(scene.access, {state: 'prompt', answer: 'denied'});
    await ask(scene, 'a');
    scene.access.answer = 'granted';
    same([await ask(scene, 'a'), scene.access.asked], ['file: on disk', 2]);
  },
  'waits for the person until it is aborted': async (scene) => {
    await keepHandle(scene);
    Object.assign(scene.access, {state: 'prompt', answer: undefined});
    const [waiting, reason] = [new AbortController(), new Error('paused')];
    const asked = rejection(scene.keeper.ask('a', waiting.signal));
    setTimeout(() => waiting.abort(reason), 50);
    holds((await asked) === reason, 'it rejects with the reason');
  },
  'cannot read a file that is gone': async (scene) => {
    const disk = await keepHandle(scene);
    await disk.remove();
    same(await rejectionCode(scene.keeper.find('a', never())), 'file-unreadable');
    same(await rejectionCode(scene.keeper.ask('a', never())), 'file-unreadable');
  },
} as const satisfies Clauses<KeeperScene>;
