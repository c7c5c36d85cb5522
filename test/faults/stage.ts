import {english, errorText} from '../../src/element/messages.js';
import type {UploadSnapshot} from '../../src/core/snapshot.js';
import type {BrowserName} from '../support/browser.js';
import type {DiskFile} from '../support/disk-file.js';
import type {UploaderPage} from '../support/page.js';
import type {Relay} from '../support/relay.js';
import type {Scene} from '../support/scene.js';

/** Where one row is played: a server behind a relay, a page, and the file that is sent. */
export class Stage {
  readonly browser: BrowserName;
  readonly scene: Scene;
  readonly page: UploaderPage;
  readonly file: DiskFile;
  readonly #wanted = new Map<string, boolean>();
  /** What `inject` leaves for `heal`. */
  undo: () => unknown = () => undefined;

  constructor(browser: BrowserName, scene: Scene, page: UploaderPage, file: DiskFile) {
    this.browser = browser;
    this.scene = scene;
    this.page = page;
    this.file = file;
  }

  get relay(): Relay {
    return this.scene.relay;
  }

  /** A fault that has to come about, or the row has shown nothing: `met` is fulfilled when it does. */
  meets(what: string, met: Promise<unknown>): void {
    this.#wanted.set(what, false);
    void met.then(() => this.#wanted.set(what, true));
  }

  /** Faults of {@link meets} that have not come about. */
  get notMet(): readonly string[] {
    return [...this.#wanted].flatMap(([what, met]) => (met ? [] : [what]));
  }

  /** Waits until the server has confirmed at least so many bytes, and more are on their way. */
  async confirmed(bytes: number): Promise<void> {
    await this.page.when(`${bytes} bytes to be confirmed`, ({progress}) => progress.confirmed >= bytes && progress.sent > 0);
  }

  /** The text of a failure as the row shows it, and as it should be. */
  async failureText(upload: UploadSnapshot): Promise<{shown: string; wanted: string}> {
    const wanted = upload.status.name === 'failed' ? errorText(english, upload.status.error) : '';
    return {shown: (await this.page.shownErrors()).join(), wanted};
  }
}
