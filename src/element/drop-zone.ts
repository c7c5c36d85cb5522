import type {LitElement} from 'lit';
import type {Folder} from './events.js';
import {readDrop, type Addable, type Found} from './files-from.js';

/** What a drop zone needs of its element. */
export interface DropTarget extends LitElement {
  readonly directory: boolean;
}

/** Who is asked, and told. */
export interface Doorkeeper {
  /** Whether people may add files now. */
  readonly isOpen: () => boolean;
  /** `isMore`: they belong to what came before. */
  readonly onFiles: (files: readonly Addable[], folders: readonly Folder[], isMore?: boolean) => void;
  /** More are to come, until the function that comes back is called. */
  readonly expect: () => () => void;
}

/**
 * Takes files that are dropped or pasted anywhere on the element. While it is closed nothing is taken, and a file that is dropped all the
 * same does not make the browser leave the page.
 */
export class DropZone {
  readonly #host: DropTarget;
  readonly #keeper: Doorkeeper;
  #depth = 0;
  /** Drops that are being read, and how many files they have given so far. */
  #drops = 0;
  #read = 0;
  #stop = new AbortController();

  constructor(host: DropTarget, keeper: Doorkeeper) {
    this.#host = host;
    this.#keeper = keeper;
    host.addEventListener('dragenter', (event) => this.#over(event, 1));
    host.addEventListener('dragover', (event) => this.#over(event, 0));
    host.addEventListener('dragleave', (event) => this.#over(event, -1));
    host.addEventListener('drop', (event) => void this.#drop(event));
    host.addEventListener('paste', (event) => this.#paste(event));
  }

  /** Whether files are held over the element. */
  get dragging(): boolean {
    return this.#depth > 0 && this.#keeper.isOpen();
  }

  /** Whether what was dropped is still being read. */
  get isReading(): boolean {
    return this.#drops > 0;
  }

  /** How many files were found so far in folders that are still being read. */
  get read(): number {
    return this.isReading ? this.#read : 0;
  }

  /** Reads no further. */
  stop(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
  }

  /** Enter and leave come for every descendant; their balance tells whether the pointer is still inside. */
  #over(event: DragEvent, step: -1 | 0 | 1): void {
    if (!event.dataTransfer || !hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = this.#keeper.isOpen() ? 'copy' : 'none';
    this.#set(this.#depth + step);
  }

  async #drop(event: DragEvent): Promise<void> {
    if (!event.dataTransfer || !hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    this.#set(0);
    if (!this.#keeper.isOpen()) return;
    const arrived = this.#keeper.expect();
    if (this.#drops === 0) this.#read = 0;
    this.#drops += 1;
    let isMore = false;
    const onFound = ({files, folders}: Found): void => {
      this.#read += files.length;
      this.#keeper.onFiles(files, folders, isMore);
      isMore = true;
    };
    await readDrop(event.dataTransfer, this.#host.directory, onFound, this.#stop.signal);
    this.#drops -= 1;
    arrived();
    this.#host.requestUpdate();
  }

  #paste(event: ClipboardEvent): void {
    const files = event.clipboardData?.files ?? [];
    if (files.length === 0 || !this.#keeper.isOpen()) return;
    event.preventDefault();
    this.#keeper.onFiles(Array.from(files), []);
  }

  #set(depth: number): void {
    if (depth === this.#depth) return;
    this.#depth = Math.max(0, depth);
    this.#host.requestUpdate();
  }
}

const hasFiles = ({types}: DataTransfer): boolean => types.includes('Files');
