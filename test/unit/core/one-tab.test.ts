import {describe, it} from 'node:test';

import {oneTab} from '../../../src/core/one-tab.js';
import {keepsTheTabsContract, onlyOfOneTab} from '../../contracts/tabs.js';

keepsTheTabsContract(
  'oneTab',
  async () => ({one: oneTab, other: oneTab, grace: 100, close: async () => undefined}),
  {describe, it},
  onlyOfOneTab('it knows of no other tab'),
);
