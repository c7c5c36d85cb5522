import {bytesIn} from '../../src/core/ranges.js';
import type {Behaviour, Call} from './scripted-exchange.js';
import type {ServerView} from './scripted-promises.js';
import type {UploadSnapshot} from '../../src/core/snapshot.js';
import {ScriptedScene, type ScriptedSceneOptions} from './scripted-scene.js';
import type {ScriptedServer, StoredUpload} from './scripted-server.js';
import {World} from './scripted-world.js';

/** What the scripted server can tell. */
class SeamView implements ServerView {
  /** How often the server has forgotten an upload. */
  forgotten = 0;
  readonly #server: ScriptedServer;

  constructor(server: ScriptedServer) {
    this.#server = server;
  }

  everMade(size: number): readonly StoredUpload[] {
    return this.#server.everMade.filter((upload) => upload.size === size);
  }

  countable(size: number): number {
    return Math.max(0, ...this.everMade(size).map(({everTold}) => bytesIn(everTold)));
  }

  losses(size: number): number {
    return this.forgotten + this.everMade(size).reduce((sum, {losses}) => sum + losses, 0);
  }
}

/** A world whose protocol is scripted: faults happen to the calls of the `Protocol` seam. */
export class SeamWorld extends World<ScriptedScene> {
  readonly #view: SeamView;

  constructor(options: ScriptedSceneOptions) {
    const scene = new ScriptedScene(options);
    const view = new SeamView(scene.protocol.server);
    super(scene, view);
    this.#view = view;
    this.promises.comesBack = options.settings?.resumeOnline ?? false;
  }

  on(call: Call, behaviour: Behaviour, times: number): void {
    this.scene.protocol.on(call, behaviour, {times});
  }

  setReachable(reachable: boolean): void {
    this.scene.protocol.reachable = reachable;
  }

  protected get openOnServer(): readonly StoredUpload[] {
    return this.scene.protocol.server.uploads.filter(({complete}) => !complete);
  }

  protected forgetOnServer(upload: StoredUpload): void {
    this.#view.forgotten += 1;
    this.scene.protocol.server.forget(upload);
  }

  protected healTheWay(): void {
    this.scene.protocol.heal();
  }

  /** This server does not check what comes with a creation: a file that has changed may be found out only in the end. */
  protected mayFail({status, size}: UploadSnapshot): boolean {
    if (status.name !== 'failed' || status.error.code !== 'corrupt') return false;
    return this.scene.files.some((file) => file.size === size && !file.unchanged);
  }
}
