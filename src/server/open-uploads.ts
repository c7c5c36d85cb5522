/** An upload that is neither complete nor canceled, and whose it is. */
export interface OpenUpload {
  readonly id: string;
  readonly owner: string;
}

/** Which uploads are open. Read from disk once, when it is first asked, and kept up to date from then on. */
export class OpenUploads {
  readonly #onDisk: () => Promise<readonly OpenUpload[]>;
  readonly #ownerOf = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  #read: Promise<void> | undefined;

  constructor(onDisk: () => Promise<readonly OpenUpload[]>) {
    this.#onDisk = onDisk;
  }

  /** Counts one more, unless its owner has `most` already. Returns whether it was counted. */
  async admit({id, owner}: OpenUpload, most: number): Promise<boolean> {
    await (this.#read ??= this.#readDisk());
    if ((this.#counts.get(owner) ?? 0) >= most) return false;
    this.#add(id, owner);
    return true;
  }

  /** It is complete, canceled or gone. */
  remove(id: string): void {
    const owner = this.#ownerOf.get(id);
    if (owner === undefined) return;
    this.#ownerOf.delete(id);
    const left = (this.#counts.get(owner) ?? 0) - 1;
    if (left > 0) this.#counts.set(owner, left);
    else this.#counts.delete(owner);
  }

  #add(id: string, owner: string): void {
    if (this.#ownerOf.has(id)) return;
    this.#ownerOf.set(id, owner);
    this.#counts.set(owner, (this.#counts.get(owner) ?? 0) + 1);
  }

  async #readDisk(): Promise<void> {
    try {
      for (const {id, owner} of await this.#onDisk()) this.#add(id, owner);
    } catch (error) {
      this.#read = undefined;
      throw error;
    }
  }
}
