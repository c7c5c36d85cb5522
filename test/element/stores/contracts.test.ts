import {indexedStore} from '../../../src/stores/indexed.js';
import {keepsTheFileKeeperContract} from '../../contracts/file-keeper.js';
import {keepsTheResumeStoreContract} from '../../contracts/resume-store.js';
import {ScriptedAccess} from './access.js';
import {clearDisk, freshName, onDisk, removeDatabase} from './scene.js';

let name: string;
let access: ScriptedAccess;

keepsTheResumeStoreContract(
  'IndexedStore',
  {
    open: async () => {
      name = freshName();
      return {store: indexedStore({name}), again: async () => indexedStore({name})};
    },
    close: () => removeDatabase(name),
  },
  {describe, it},
);

keepsTheFileKeeperContract(
  'IndexedStore',
  {
    open: async () => {
      name = freshName();
      access = new ScriptedAccess();
      let room = Infinity;
      const keeping = () => {
        const store = indexedStore({name, room: () => room});
        return {store, keeper: store};
      };
      return {...keeping(), again: async () => keeping(), setRoom: (bytes) => (room = bytes), onDisk, access};
    },
    close: async () => {
      access.end();
      await removeDatabase(name);
      await clearDisk();
    },
  },
  {describe, it},
);
