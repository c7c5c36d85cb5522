/** What runs in a frame that stands for another tab: the sources under test, and nothing else. */
import {browserTabs} from '../../../src/stores/tabs.js';

Object.assign(globalThis, {browserTabs});
