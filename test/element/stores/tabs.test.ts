import {browserTabs} from '../../../src/stores/tabs.js';
import {keepsTheTabsContract, type TabsScene} from '../../contracts/tabs.js';
import {OtherTab} from '../support/other-tab.js';

let scenes = 0;

/** Two tabs that know nothing of those of another scene. Everything they still have goes with the second one, and with the names. */
async function open(): Promise<TabsScene> {
  scenes += 1;
  const options = {prefix: `tabs-test-${scenes}`, every: 100, silence: 1_000, grace: 400};
  const tab = await OtherTab.open();
  return {one: browserTabs(options), other: tab.tabs(options), grace: options.grace, close: async () => tab.close()};
}

keepsTheTabsContract('browserTabs', open, {describe, it});
