import {html, type PropertyValues, type TemplateResult} from 'lit';
import type {NewFile} from '../core/source-file.js';
import type {Totals, UploadSnapshot} from '../core/snapshot.js';
import {Announcer, type Said} from './announcer.js';
import {obeyCommands} from './commands.js';
import {UploadsController} from './controller.js';
import {DropZone, type Doorkeeper} from './drop-zone.js';
import {Countdown} from './countdown.js';
import type {Act} from './engines.js';
import type {Folder} from './events.js';
import {addable, givenFile, isOne, newFile, type Addable} from './files-from.js';
import {FocusKeeper} from './focus-keeper.js';
import {UploaderFormControl, type ValidityWords} from './form-control.js';
import {LongList} from './long-list.js';
import {withOverrides, type Messages} from './messages.js';
import {Notice} from './notice.js';
import {PageLife} from './page-life.js';
import {Picker} from './picker.js';
import {board} from './rows.js';
import {showStates} from './states.js';
import {styles} from './styles.js';
import {viewOf, type View} from './view.js';
import type {HasherFacts} from './wire.js';

/**
 * Uploads the files that people drop, pick or paste, in parts, and goes on where it stopped after a pause, a failure or a lost
 * connection. The bar's dark part is what the server has confirmed; the pale part is on its way.
 *
 * Removed from the page for good, it stops within a second and releases everything; moved within the page it keeps uploading. Put back
 * later it lists finished uploads as before, and takes up unfinished ones again from what the server has, with new ids. Files
 * given to `add()` before the element is in the page join the list when it is.
 *
 * @slot - What the drop zone says.
 * @slot button - Words on the button that opens the picker.
 *
 * @fires {UploadEvent<'upload-add'>} upload-add - A file is about to join the list. `preventDefault()` keeps it out.
 * @fires {UploadEvent<'upload-reject'>} upload-reject - A file or folder was refused; `detail.reason.code` says why.
 * @fires {UploadEvent<'upload-change'>} upload-change - An upload has joined the list, or its status has changed.
 * @fires {UploadEvent<'upload-progress'>} upload-progress - Numbers have moved. About ten times a second and upload at most.
 * @fires {UploadEvent<'upload-error'>} upload-error - An upload failed. `detail.error.code` says why; `retry()` goes on.
 * @fires {UploadEvent<'upload-warning'>} upload-warning - Uploads go on with less than they could have. `detail.error.code` says what.
 * @fires {UploadEvent<'upload-done'>} upload-done - The server has the whole file. `detail.result.url` says where.
 * @fires {UploadEvent<'upload-restore'>} upload-restore - An upload that an earlier page load left unfinished is listed again.
 * @fires {UploadEvent<'uploads-settled'>} uploads-settled - Every upload is done, canceled or failed. `detail.totals`.
 * @fires {Event} change - The form value has changed.
 *
 * @csspart base - Everything.
 * @csspart dropzone - Where files are dropped.
 * @csspart label - What the drop zone says.
 * @csspart button - Opens the picker.
 * @csspart notice - Tells of refused files.
 * @csspart total - The line about all uploads.
 * @csspart action-all - A button for all uploads; also `action-all-pause` and so on.
 * @csspart reading - Tells that a folder is being read, and how many files were found so far.
 * @csspart list - The list of uploads.
 * @csspart row - One upload; also `row-sending` and so on, by status.
 * @csspart icon - Sign of the status.
 * @csspart name - File name.
 * @csspart meta - The facts below the bar: `status`, `size`, `speed`, `remaining`.
 * @csspart status - The status in words.
 * @csspart size - Confirmed bytes and size.
 * @csspart speed - Confirmed bytes per second.
 * @csspart remaining - Time left.
 * @csspart note - The server had lost the upload, and it has started again.
 * @csspart error - What happened and what to do.
 * @csspart actions - The buttons of a row or of the total line.
 * @csspart hint - What happens to unfinished uploads when the page is closed.
 * @csspart action - A button of one upload; also `action-pause` and so on, and `action-main` on the one thing to do.
 * @csspart track - A bar.
 * @csspart confirmed - The part of the bar that the server has confirmed.
 * @csspart sent - The part of the bar that is on its way.
 *
 * @cssprop --chunk-uploader-accent - Colour of the button, of links and of the bar.
 * @cssprop --chunk-uploader-text - Colour of texts.
 * @cssprop --chunk-uploader-muted - Colour of what matters less.
 * @cssprop --chunk-uploader-surface - Background of the drop zone and of the list.
 * @cssprop --chunk-uploader-border - Colour of lines.
 * @cssprop --chunk-uploader-danger - Colour of failures.
 * @cssprop --chunk-uploader-success - Colour of what is done.
 * @cssprop [--chunk-uploader-radius=12px] - Roundness.
 * @cssprop [--chunk-uploader-space=16px] - Distance between things.
 * @cssprop [--chunk-uploader-bar-size=6px] - Thickness of the bar.
 *
 * @cssstate dragging - Files are held over the element.
 * @cssstate uploading - Some file is on its way.
 * @cssstate paused - `paused` is set, or whatever is unfinished is paused.
 * @cssstate failed - Some upload has failed.
 * @cssstate held - A failure has stopped the whole list.
 * @cssstate offline - Some upload has stopped because there is no network.
 * @cssstate interrupted - An earlier page has left some upload unfinished, and it waits for somebody to continue it.
 *
 * @customElement chunk-uploader
 */
export class ChunkUploader extends UploaderFormControl {
  static override styles = styles;

  readonly #uploads = new UploadsController(this, {
    refused: (name, code) => this.#notice.refuse(name, this.#messages.rejects[code]),
    changed: () => this.updateFormValue(),
  });
  readonly #announcer = new Announcer();
  readonly #notice = new Notice(this);
  readonly #door: Doorkeeper = {
    isOpen: () => this.open,
    onFiles: (...found) => void this.#bring(...found),
    expect: () => this.#uploads.expect(),
  };
  readonly #zone = new DropZone(this, this.#door);
  readonly #picker = new Picker(this, {...this.#door, onAgain: (id, file) => this.#again(id, file)});
  /** What was asked for before the element was in the page. */
  readonly #early: (() => void)[] = [];
  readonly #rows = new LongList(this);
  #messages: Messages = withOverrides();
  #view = this.#look();
  #said: Said = {polite: '', alert: ''};

  constructor() {
    super();
    obeyCommands(this);
    new FocusKeeper(this);
    // A person comes near: files may follow, and by then all is there that they need.
    for (const sign of ['pointerenter', 'focusin', 'dragenter']) this.addEventListener(sign, () => this.open && this.prepare());
    new Countdown(this);
    new PageLife(this, () => this.#view.hint || this.#messages.form.unfinished);
  }

  /** All uploads as plain, frozen data, in the order they were added. */
  override get uploads(): readonly UploadSnapshot[] {
    return this.#uploads.uploads;
  }

  /** The uploads together. */
  get progress(): Totals {
    return this.#uploads.progress;
  }

  /** The files of the listed uploads. */
  get files(): readonly Addable[] {
    return this.#uploads.files.map(givenFile);
  }

  /** Where digests are made (`source`), by what (`engine`), by how many `workers`, and why not elsewhere; `null` before the first file. For support. */
  get hasher(): HasherFacts | null {
    return this.#uploads.hasher;
  }

  /**
   * Adds files, as if a person had: within the limits, and unless `upload-add` is prevented. Returns the uploads they became; before
   * the element is in the page that is none, and they join later. Of more than fifty it returns those that have joined by then: the others
   * follow piece by piece, so that the page is not blocked. `disabled` does not count here.
   */
  add(files: Addable | Iterable<Addable> | ArrayLike<Addable>): readonly UploadSnapshot[] {
    const added = isOne(files) ? [addable(files)] : Array.from(files, addable);
    return this.#bring(added, []);
  }

  /**
   * Brings what the first upload needs: some code, a worker, and connections to the server, which is sent a few empty requests without
   * the page's `headers`, at most once a minute. Happens by itself when a pointer, the focus or something dragged comes to the element;
   * for pages that know of files before they call `add()`. Does nothing outside of a page, or without a network: then the first file brings it.
   */
  prepare(): void {
    this.#settle();
    this.#uploads.prepare();
  }

  /** Opens the picker, where the browser lets it: only in answer to a click or a key. Does nothing while disabled. */
  showPicker(): void {
    this.#settle();
    this.#picker.open();
  }

  /** Lets uploads begin that wait because of `manual`. One by id, or all. */
  start(id?: string): void {
    this.#act('start', id);
  }

  /** Stops sending. The server keeps what it has confirmed. Without an id this sets `paused`, which holds files added later too. */
  pause(id?: string): void {
    if (id === undefined) this.paused = true;
    this.#act('pause', id);
  }

  /** Goes on from what the server has. Without an id this unsets `paused`, and every paused upload goes on. */
  resume(id?: string): void {
    if (id === undefined) this.paused = false;
    this.#act('resume', id);
  }

  /** Tries failed uploads again from what the server has. */
  retry(id?: string): void {
    this.#act('retry', id);
  }

  /** Ends uploads for good; the server throws away what it has. They stay listed until `clear()`. What is done stays done. */
  cancel(id?: string): void {
    if (id === undefined) this.#zone.stop();
    this.#act('cancel', id);
  }

  /** Takes uploads off the list that are done, canceled or failed. Deletes nothing on the server. */
  clear(id?: string): void {
    this.#act('clear', id);
  }

  /**
   * Lists what earlier page loads have left unfinished, as `interrupted`. Resolves with those uploads when it is known what each needs to go
   * on; what the server has of them is asked afterwards. Happens by itself as soon as the element has an `endpoint`. With `no-resume`
   * there are none.
   */
  restore(): Promise<readonly UploadSnapshot[]> {
    this.#settle();
    return this.#uploads.restore();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const act of this.#early.splice(0)) act();
  }

  /** Its presence makes `moveBefore()` a move. Nothing has to be done then. */
  connectedMoveCallback(): void {}

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('messages')) this.#messages = withOverrides(this.messages);
    if (changed.size > 0) this.#uploads.sync();
    this.#view = this.#look();
    if (this.hasUpdated) this.#said = this.#announcer.look(this.uploads, this.#view);
  }

  protected override updated(): void {
    const {totals} = this.#view;
    showStates(this.internals.states, {uploads: this.uploads, totals, paused: this.paused, dragging: this.#zone.dragging});
    this.updateFormValue();
  }

  protected override render(): TemplateResult {
    const view = this.#view;
    return html`<div part="base">
      ${this.#picker.render(view.messages)} ${this.#notice.render(view.messages)} ${board(this.uploads, view)}
      <div class="hidden" role="status">${this.#said.polite}</div>
      <div class="hidden" role="alert">${this.#said.alert}</div>
    </div>`;
  }

  protected override get validityWords(): ValidityWords {
    return this.#messages.form;
  }

  protected override get isTaking(): boolean {
    return this.#uploads.isTaking || this.#zone.isReading;
  }

  protected override fileOf(id: string): NewFile | undefined {
    return this.#uploads.file(id);
  }

  protected override restoreFiles(files: readonly File[]): void {
    this.#settle();
    void this.#uploads.giveBack(files.map(newFile));
  }

  #look(): View {
    return viewOf(this, this.#messages, {rows: this.#rows, reading: this.#zone.read, choose: (id) => this.#picker.openAgain(id)});
  }

  /** Properties that were set before the upgrade, or in this task, count for what is asked next. */
  #settle(): void {
    if (this.isConnected && !this.hasUpdated) this.performUpdate();
    this.#uploads.sync();
  }

  #bring(files: readonly Addable[], folders: readonly Folder[], isMore = false): readonly UploadSnapshot[] {
    if (!this.isConnected) {
      this.#early.push(() => this.#bring(files, folders, isMore));
      return [];
    }
    if (!isMore) this.#notice.clear();
    this.#settle();
    return this.#uploads.add(files, folders);
  }

  /** A person has chosen the file of an interrupted upload once more: it goes on. */
  #again(id: string, file: NewFile): void {
    this.#uploads.give(id, file);
    this.#uploads.act('resume', id);
  }

  #act(act: Act, id?: string): void {
    if (this.#early.length > 0) return void this.#early.push(() => this.#act(act, id));
    this.#settle();
    this.#uploads.act(act, id);
  }
}
