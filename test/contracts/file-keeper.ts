import type {FileKeeper, FoundFile, ResumeStore, SourceFile} from '../../src/core/ports.js';
import {sourceFile} from '../../src/core/source-file.js';
import {
  holds,
  keepsClauses,
  never,
  rejection,
  rejectionCode,
  same,
  type Clauses,
  type Exceptions,
  type Runner,
  type Stage,
} from './clauses.js';

/** A file on a disk that can be changed after it was chosen. It has a handle. */
export interface FileOnDisk {
  /** The file as it was chosen. */
  readonly file: SourceFile;
  write(text: string): Promise<void>;
  remove(): Promise<void>;
}

/** What the browser knows of access to files, and what the person will say. */
export interface Access {
  state: PermissionState;
  /** What comes of asking. `undefined`: the person says nothing. */
  answer: PermissionState | undefined;
  /** How often the person was asked. */
  readonly asked: number;
}

/** A keeper and the records of the same storage. */
export interface Keeping {
  readonly store: ResumeStore;
  readonly keeper: FileKeeper;
}

/** A keeper, files for it, and the way to come back as the next page would. */
export interface KeeperScene extends Keeping {
  again(): Promise<Keeping>;
  /** Bytes that copies may take from now on. At first there is room for everything. */
  setRoom(bytes: number): void;
  onDisk(text: string): Promise<FileOnDisk>;
  /** To the files on disk. It is granted at first. */
  readonly access: Access;
}

/** A file that has no handle. */
const fileOf = (text: string, name = 'a.txt'): SourceFile => sourceFile({blob: new Blob([text]), name, lastModified: 5_000});

/** What was found, as text. */
async function words(found: FoundFile): Promise<string> {
  if (found.kind !== 'file') return found.kind;
  return `${found.isCopy ? 'copy' : 'file'}: ${await found.blob.text()}`;
}

const find = async ({keeper}: Keeping, key: string): Promise<string> => words(await keeper.find(key, never()));
const ask = async ({keeper}: Keeping, key: string): Promise<string> => words(await keeper.ask(key, never()));

/** Saves a record, as comes before keeping a file, and keeps the file. */
async function keep({store, keeper}: Keeping, key: string, file: SourceFile): Promise<string> {
  await store.save(key, {key}, never());
  return keeper.keep(key, file, never());
}

/** Keeps only the handle of a file on disk. */
async function keepHandle(scene: KeeperScene, text = 'on disk'): Promise<FileOnDisk> {
  scene.setRoom(0);
  const disk = await scene.onDisk(text);
  same(await keep(scene, 'a', disk.file), 'handle');
  return disk;
}

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

const copies = {
  'keeps a copy where there is room': async (scene) => {
    same([await keep(scene, 'a', fileOf('text')), await find(scene, 'a')], ['copy', 'copy: text']);
  },
  'keeps a copy of an empty file': async (scene) => same([await keep(scene, 'a', fileOf('')), await find(scene, 'a')], ['copy', 'copy: ']),
  'knows when the file was last modified': async (scene) => {
    await keep(scene, 'a', fileOf('text'));
    const found = await scene.keeper.find('a', never());
    same(found.kind === 'file' && found.lastModified, 5_000);
  },
  'gives a copy to who may ask a person as well': async (scene) => {
    await keep(scene, 'a', fileOf('text'));
    same([await ask(scene, 'a'), scene.access.asked], ['copy: text', 0]);
  },
  'gives the copy to the next page': async (scene) => {
    await keep(scene, 'a', fileOf('text'));
    same(await find(await scene.again(), 'a'), 'copy: text');
  },
  'keeps what the file was when it was kept': async (scene) => {
    const disk = await scene.onDisk('first');
    same(await keep(scene, 'a', disk.file), 'copy');
    await disk.write('other');
    same(await find(scene, 'a'), 'copy: first');
  },
  'keeps what the file was when it was kept, though it is removed': async (scene) => {
    const disk = await scene.onDisk('first');
    await keep(scene, 'a', disk.file);
    await disk.remove();
    same(await find(await scene.again(), 'a'), 'copy: first');
  },
  'keeps a copy rather than only the way to the file, and knows both': async (scene) => {
    await keep(scene, 'a', (await scene.onDisk('text')).file);
    scene.access.state = 'prompt';
    const found = await scene.keeper.find('a', never());
    same([found.kind === 'file' && found.isCopy, found.kind === 'file' && found.handle !== undefined], [true, true]);
  },
  'keeps files apart': async (scene) => {
    await keep(scene, 'a', fileOf('first'));
    await keep(scene, 'A', fileOf('second'));
    same([await find(scene, 'a'), await find(scene, 'A')], ['copy: first', 'copy: second']);
  },
  'keeps the last of two under one key': async (scene) => {
    await keep(scene, 'a', fileOf('first'));
    await keep(scene, 'a', fileOf('second'));
    same(await find(scene, 'a'), 'copy: second');
  },
  'keeps no copy of a file that is gone, and makes no fuss': async (scene) => {
    const {file, remove} = await scene.onDisk('gone');
    await remove();
    const {handle, ...plain} = file;
    holds(handle !== undefined, 'it had a handle');
    same([await keep(scene, 'a', plain), await find(scene, 'a')], ['nothing', 'nothing']);
  },
  'keeps no copy of a file that has become shorter': async (scene) => {
    const {file, write} = await scene.onDisk('long text');
    await write('text');
    const {handle, ...plain} = file;
    holds(handle !== undefined, 'it had a handle');
    same([await keep(scene, 'a', plain), await find(scene, 'a')], ['nothing', 'nothing']);
  },
} as const satisfies Clauses<KeeperScene>;

const room = {
  'keeps a copy that just fits': async (scene) => {
    scene.setRoom(4);
    same(await keep(scene, 'a', fileOf('text')), 'copy');
  },
  'keeps no copy that is a byte too long': async (scene) => {
    scene.setRoom(3);
    same(await keep(scene, 'a', fileOf('text')), 'nothing');
  },
  'counts all copies together': async (scene) => {
    scene.setRoom(8);
    same(await keep(scene, 'a', fileOf('12345')), 'copy');
    same(await keep(scene, 'b', fileOf('1234')), 'nothing');
    same(await keep(scene, 'c', fileOf('123')), 'copy');
    same(await find(scene, 'a'), 'copy: 12345');
  },
  'counts what other pages keep': async (scene) => {
    scene.setRoom(8);
    const other = await scene.again();
    await keep(other, 'a', fileOf('12345'));
    same(await keep(scene, 'b', fileOf('1234')), 'nothing');
  },
  'gives the last room to one of two that want it at once': async (scene) => {
    scene.setRoom(5);
    const other = await scene.again();
    const kept = await Promise.all([keep(scene, 'a', fileOf('1234')), keep(other, 'b', fileOf('1234'))]);
    same(kept.sort(), ['copy', 'nothing']);
  },
  'does not count the copy that is replaced': async (scene) => {
    scene.setRoom(5);
    await keep(scene, 'a', fileOf('12345'));
    same([await keep(scene, 'a', fileOf('1234')), await find(scene, 'a')], ['copy', 'copy: 1234']);
  },
  'has the room of what was forgotten': async (scene) => {
    scene.setRoom(5);
    await keep(scene, 'a', fileOf('12345'));
    await scene.store.forget('a', never());
    same(await keep(scene, 'b', fileOf('1234')), 'copy');
  },
  'keeps what there is when there is less room later': async (scene) => {
    await keep(scene, 'a', fileOf('12345'));
    scene.setRoom(0);
    same(await find(scene, 'a'), 'copy: 12345');
  },
} as const satisfies Clauses<KeeperScene>;

const handles = {
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
export const fileKeeperClauses = {...nothing, ...copies, ...room, ...handles, ...forgetting, ...aborting} as const;

/** Makes a test of every clause. */
export function keepsTheFileKeeperContract(
  name: string,
  stage: Stage<KeeperScene>,
  runner: Runner,
  except: Exceptions<typeof fileKeeperClauses> = {},
): void {
  keepsClauses(`the file keeper contract: ${name}`, fileKeeperClauses, stage, runner, except);
}
