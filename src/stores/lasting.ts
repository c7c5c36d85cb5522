import type {FileKeeper, ResumeStore, Tabs} from '../core/ports.js';
import {indexedStore, type IndexedStoreOptions} from './indexed.js';
import {browserTabs} from './tabs.js';

/** What outlives a page. */
export interface Lasting {
  readonly store: ResumeStore;
  readonly keeper: FileKeeper;
  readonly tabs: Tabs;
}

let tabs: Tabs | undefined;

/** What a browser has for that: IndexedDB and Web Locks. */
export function lasting(options: IndexedStoreOptions): Lasting {
  const store = indexedStore(options);
  return {store, keeper: store, tabs: (tabs ??= browserTabs())};
}
