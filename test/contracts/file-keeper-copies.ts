import {holds, never, same, type Clauses} from './clauses.js';
import {ask, fileOf, find, keep, type KeeperScene} from './file-keeper-scene.js';

/** Copies are what the file was. */
export const copyClauses = {
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

/** Copies take no more room than they may. */
export const roomClauses = {
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
