import {indexedStore} from '../../../src/stores/indexed.js';
import {keepsTheResumeStoreContract} from '../../contracts/resume-store.js';
import {freshName, removeDatabase} from './scene.js';

let name: string;

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
