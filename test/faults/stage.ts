import {english, errorText} from '../../src/element/messages.js';
import type {UploadSnapshot} from '../../src/core/snapshot.js';
import type {BrowserName} from '../support/browser.js';
import type {DiskFile} from '../support/disk-file.js';
import type {LastingBrowser} from '../support/lasting-browser.js';
import type {UploaderPage} from '../support/page.js';
import type {Fault, Relay, RequestHead} from '../support/relay.js';
import type {Scene} from '../support/scene.js';
import type {Intercept} from '../support/serve.js';
import {quarter, underWay} from './requests.js';
import type {Visits} from './visits.js';

/** What has come waits here until it is opened. */
class Gate {
  /** Fulfilled when the first has come. */
  readonly came: Promise<void>;
  readonly #opened: Promise<void>;
  #arrive = (): void => undefined;
  #open = (): void => undefined;

  constructor() {
    this.came = new Promise((resolve) => (this.#arrive = resolve));
    this.#opened = new Promise((resolve) => (this.#open = resolve));
  }

  pass(): Promise<void> {
    this.#arrive();
    return this.#opened;
  }

  open(): void {
    this.#open();
  }
}

/** Where one row is played: a server behind a relay, a page that may be left and come back, and the file that is sent. */
export class Stage {
  readonly browser: BrowserName;
  readonly scene: Scene;
  readonly visits: Visits;
  readonly file: DiskFile;
  readonly #lasting: LastingBrowser | undefined;
  readonly gate = new Gate();
  readonly #wanted = new Map<string, boolean>();
  /** What `inject` leaves for `heal`. */
  undo: () => unknown = () => undefined;

  /** @param lasting Where the row is played in a browser that can be killed and started again. */
  constructor(browser: BrowserName, scene: Scene, visits: Visits, file: DiskFile, lasting?: LastingBrowser) {
    this.browser = browser;
    this.scene = scene;
    this.visits = visits;
    this.file = file;
    this.#lasting = lasting;
  }

  /** The page that the row is about, as {@link Visits.page}. */
  get page(): UploaderPage {
    return this.visits.page;
  }

  /** The browser of a row that is played in a `lasting` one. */
  get lasting(): LastingBrowser {
    if (!this.#lasting) throw new Error('This row shares its browser with others.');
    return this.#lasting;
  }

  get relay(): Relay {
    return this.scene.relay;
  }

  /** A fault that has to come about, or the row has shown nothing: `met` is fulfilled when it does. */
  meets(what: string, met: Promise<unknown>): void {
    this.#wanted.set(what, false);
    void met.then(() => this.#wanted.set(what, true));
  }

  /** Something befalls the next request on the line that `matches`. */
  harms(matches: (request: RequestHead) => boolean, fault: Fault): void {
    this.meets('harm on the line', this.relay.next(matches, fault));
  }

  /** `answer` answers requests that `matches`, `count` at most, until the row is healed. One at least has to come. */
  answers(matches: (request: Request) => boolean, answer: Intercept, count?: number): void {
    this.answersEarly(matches, afterBody(answer), count);
  }

  /** As {@link answers}, but without reading the body first. Whether a browser gets to see such an answer is a matter of luck. */
  answersEarly(matches: (request: Request) => boolean, answer: Intercept, count?: number): void {
    const {met, end} = this.scene.door.instead(matches, answer, count);
    this.meets('a request that is answered in the server’s place', met);
    this.undo = end;
  }

  /** Faults of {@link meets} that have not come about. */
  get notMet(): readonly string[] {
    return [...this.#wanted].flatMap(([what, met]) => (met ? [] : [what]));
  }

  /**
   * Waits until the server has confirmed at least so many bytes, and more are on their way. However late it looks, not all has passed:
   * the line is braked before. For files in parts of {@link quarter}, of which nothing was sent twice so far.
   */
  async confirmed(bytes: number): Promise<void> {
    this.relay.brake(Math.min(bytes + underWay, this.file.size - quarter));
    await this.page.when(`${bytes} bytes to be confirmed`, ({progress}) => progress.confirmed >= bytes && progress.sent > 0);
    this.relay.brake(Infinity);
  }

  /** The text of a failure as the row shows it, and as it should be. */
  async failureText(upload: UploadSnapshot): Promise<{shown: string; wanted: string}> {
    const wanted = upload.status.name === 'failed' ? errorText(english, upload.status.error) : '';
    return {shown: (await this.page.shownErrors()).join(), wanted};
  }
}

/** An answer that comes when the body has been read to its end, or has broken off. */
const afterBody =
  (answer: Intercept): Intercept =>
  async (request, next) => {
    const reply = await answer(request, next);
    if (request.body && !request.bodyUsed) await request.arrayBuffer().catch(() => undefined);
    return reply;
  };
