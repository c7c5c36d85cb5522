import type {Doing} from './activity.js';
import type {TabNews} from './ports.js';
import type {UploadParts} from './upload-parts.js';

/** An upload that another tab has: shown as that tab tells of it, and taken over as soon as that lets go. */
export class Elsewhere {
  readonly #parts: UploadParts;
  readonly #comeBack: (wished: boolean) => void;
  #wished = false;

  /** `comeBack` is called when it is this tab's and has no file. `wished`: somebody has asked for it here. */
  constructor(parts: UploadParts, comeBack: (wished: boolean) => void) {
    this.#parts = parts;
    this.#comeBack = comeBack;
  }

  /** Waits for the upload. `stopped`: a person or a failure had stopped it here, so it does not go on by itself afterwards. */
  watch(stopped: boolean): void {
    const {activity, standing, record} = this.#parts;
    const doing = activity.next();
    record.leave();
    standing.note({sent: 0});
    standing.apply({type: 'elsewhere'});
    if (doing.live) void this.#wait(doing, stopped);
  }

  /** Somebody wants to go on here: the other tab has to let go. */
  wish(): void {
    this.#wished = true;
    this.#parts.ownership.takeOver();
  }

  async #wait(doing: Doing, stopped: boolean): Promise<void> {
    const {ownership} = this.#parts;
    let last: TabNews | undefined;
    const onNews = (news: TabNews): void => {
      if (!doing.live) return;
      last = news;
      this.#mirror(news);
    };
    // It rejects only when it is stopped.
    await ownership.wait(onNews, doing.signal).catch(() => undefined);
    if (doing.end()) this.#takeOver(last, stopped);
  }

  #mirror({status, progress: {hashed, sent, confirmed}}: TabNews): void {
    const {standing} = this.#parts;
    standing.note({hashed, sent, confirmed});
    standing.apply({type: 'elsewhere', there: status.name});
  }

  #takeOver(last: TabNews | undefined, stopped: boolean): void {
    const {standing, ownership, source} = this.#parts;
    const wished = this.#wished;
    this.#wished = false;
    standing.note({sent: 0});
    if (last?.status.name === 'done') {
      standing.apply({type: 'finished', result: last.status.result});
    } else if (last?.status.name === 'canceled') {
      ownership.release();
      standing.apply({type: 'cancel'});
    } else if (source.isHere) {
      // In one step: as soon as it is queued it gets its turn.
      standing.apply({type: stopped ? 'pause' : 'claimed'});
    } else {
      if (!wished) ownership.release();
      this.#comeBack(wished);
    }
  }
}
