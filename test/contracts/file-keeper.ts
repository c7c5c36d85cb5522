import {holds, keepsClauses, never, rejection, same, type Clauses, type Exceptions, type Runner, type Stage} from './clauses.js';
import {copyClauses, roomClauses} from './file-keeper-copies.js';
import {handleClauses} from './file-keeper-handles.js';
import {ask, fileOf, find, keep, keepHandle, type KeeperScene} from './file-keeper-scene.js';

const nothing = {
  'finds nothing where nothing was kept': async (scene) => same(await find(scene, 'nobody'), 'nothing'),
  'has nobody asked where nothing was kept': async (scene) => same([await ask(scene, 'nobody'), scene.access.asked], ['nothing', 0]),
  'keeps nothing of a file that has no handle and no room, and says so': async (scene) => {
    scene.setRoom(0);
    same([await keep(scene, 'a', fileOf('text')), await find(scene, 'a')], ['nothing', 'nothing']);
  },
  'keeps no copy without room, not even of an empty file': async (scene) => {
    scene.setRoom(0);
    same([await keep(scene, 'a', fileOf('')), await find(scene, 'a')], ['nothing', 'nothing']);
  },
  'keeps nothing in place of a copy when the next file has no room': async (scene) => {
    await keep(scene, 'a', fileOf('text'));
    scene.setRoom(2);
    same([await keep(scene, 'a', fileOf('long text')), await find(scene, 'a')], ['nothing', 'nothing']);
  },
  'never lists a file among the records': async (scene) => {
    await keep(scene, 'a', fileOf('text'));
    same(await scene.store.all(never()), [['a', {key: 'a'}]]);
  },
} as const satisfies Clauses<KeeperScene>;

const forgetting = {
  'forgets a copy with its record': async (scene) => {
    await keep(scene, 'a', fileOf('text'));
    await scene.store.forget('a', never());
    same([await find(scene, 'a'), await find(await scene.again(), 'a')], ['nothing', 'nothing']);
  },
  'forgets the way to a file with its record': async (scene) => {
    await keepHandle(scene);
    await find(scene, 'a');
    await scene.store.forget('a', never());
    same([await find(scene, 'a'), await ask(scene, 'a'), scene.access.asked], ['nothing', 'nothing', 0]);
  },
  'forgets nothing else': async (scene) => {
    await keep(scene, 'a', fileOf('first'));
    await keep(scene, 'b', fileOf('second'));
    await scene.store.forget('a', never());
    same(await find(scene, 'b'), 'copy: second');
  },
  'keeps a file when its record is saved again': async (scene) => {
    await keep(scene, 'a', fileOf('text'));
    await scene.store.save('a', 'other', never());
    same(await find(scene, 'a'), 'copy: text');
  },
} as const satisfies Clauses<KeeperScene>;

const aborting = {
  'rejects to keep when it is aborted already, with the reason, and keeps nothing': async (scene) => {
    await rejectsAborted((signal) => scene.keeper.keep('a', fileOf('text'), signal));
    same(await find(scene, 'a'), 'nothing');
  },
  'rejects to look when it is aborted already, with the reason': async ({keeper}) => rejectsAborted((signal) => keeper.find('a', signal)),
  'rejects to ask when it is aborted already, with the reason, and asks nobody': async (scene) => {
    await keepHandle(scene);
    await rejectsAborted((signal) => scene.keeper.ask('a', signal));
    same(scene.access.asked, 0);
  },
  'works on after an abort': async (scene) => {
    await rejection(scene.keeper.find('a', AbortSignal.abort()));
    same([await keep(scene, 'a', fileOf('text')), await find(scene, 'a')], ['copy', 'copy: text']);
  },
} as const satisfies Clauses<KeeperScene>;

async function rejectsAborted(call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const reason = new Error('paused');
  holds((await rejection(call(AbortSignal.abort(reason)))) === reason, 'it rejects with the reason');
}

/** What every `FileKeeper` does. */
export const fileKeeperClauses = {...nothing, ...copyClauses, ...roomClauses, ...handleClauses, ...forgetting, ...aborting} as const;

/** Makes a test of every clause. */
export function keepsTheFileKeeperContract(
  name: string,
  stage: Stage<KeeperScene>,
  runner: Runner,
  except: Exceptions<typeof fileKeeperClauses> = {},
): void {
  keepsClauses(`the file keeper contract: ${name}`, fileKeeperClauses, stage, runner, except);
}
