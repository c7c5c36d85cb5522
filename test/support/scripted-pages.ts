import {FakeClock, settle} from './fake-clock.js';
import {deaf} from './scripted-faults.js';
import {ScriptedKeeper} from './scripted-keeper.js';
import {ScriptedScene, type ScriptedSceneOptions} from './scripted-scene.js';
import {ScriptedServer} from './scripted-server.js';
import {ScriptedStore} from './scripted-store.js';
import {ScriptedTabs, type ScriptedTab} from './scripted-tabs.js';

/** Page loads and tabs of one browser that talk to one server: whatever outlives a page is shared by all of them. */
export class ScriptedPages {
  readonly clock = new FakeClock();
  readonly server = new ScriptedServer();
  readonly store = new ScriptedStore();
  readonly keeper: ScriptedKeeper;
  readonly tabs = new ScriptedTabs();
  readonly #options: ScriptedSceneOptions;
  readonly #open = new Map<ScriptedScene, ScriptedTab>();

  /** Every page is like this, where {@link load} says nothing else. A part has 100 bytes, one at a time. */
  constructor(options: ScriptedSceneOptions = {}, keeper = new ScriptedKeeper()) {
    this.#options = options;
    this.keeper = keeper;
  }

  /** A page is loaded in a tab of its own. */
  load(options: ScriptedSceneOptions = {}): ScriptedScene {
    const {clock, server, store, keeper} = this;
    const tab = this.tabs.open();
    const all = {clock, server, store, keeper, tab, ...this.#options, ...options};
    const scene = new ScriptedScene({...all, parts: {parallel: 1, ...all.parts}});
    this.#open.set(scene, tab);
    return scene;
  }

  /** The tab of a page. */
  tabOf(scene: ScriptedScene): ScriptedTab {
    const tab = this.#open.get(scene);
    if (!tab) throw new Error('This page is not loaded here');
    return tab;
  }

  /** The page is left, or its process ends: nobody in it says another word. */
  leave(scene: ScriptedScene): void {
    this.tabOf(scene).die();
    scene.uploader.close();
  }

  /** A page that begins to send a file of `size` bytes, and is left when the server has `confirmed` of them and that is saved. */
  async leftBehind(size = 400, confirmed = 200): Promise<ScriptedScene> {
    const scene = this.load();
    await this.sends(scene, size, confirmed);
    this.leave(scene);
    return scene;
  }

  /** The page sends a file as far as that, and goes on sending for ever. */
  async sends(scene: ScriptedScene, size = 400, confirmed = 200): Promise<string> {
    scene.protocol.onPart(confirmed, deaf, Infinity);
    const id = await scene.begin(size);
    await this.clock.advance(2_000);
    await settle();
    return id;
  }
}
