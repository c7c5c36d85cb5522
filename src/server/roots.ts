import {createHash} from 'node:crypto';
import {join} from 'node:path';
import type {Files} from './files.js';
import {absentAs} from './files.js';
import type {UploadInfo} from './upload-info.js';
import {isId} from './upload-info.js';

/** Stands for an owner in a name on the disk, whatever it is called. */
const tagOf = (owner: string): string => createHash('sha256').update(owner).digest('hex').slice(0, 16);

const isRoot = (text: string): boolean => /^([0-9a-f]{32}|[0-9a-f]{64})$/.test(text);

/**
 * Which complete uploads have which root: an empty file for each, `roots/5e/<root>-<owner>-<id>`. So a restart has nothing to read, and
 * nothing of it is in memory. It is a hint only: names are not synced, and a name may stay when its upload is gone. So whoever finds an
 * upload looks at it before it believes that.
 */
export class Roots {
  readonly #files: Files;
  readonly #directory: string;

  constructor(files: Files, directory: string) {
    this.#files = files;
    this.#directory = join(directory, 'roots');
  }

  /** Never fails: what is not noted is sent again. */
  async note(info: UploadInfo, root: string | null | undefined): Promise<void> {
    const path = this.#path(info, root);
    if (path === undefined) return;
    try {
      await this.#files.makeFolder(join(path, '..'));
      await (await this.#files.open(path, 'create')).close();
    } catch {
      // It is noted already, or the disk is full.
    }
  }

  /** Never fails: what is left is found to be gone by whoever finds it. */
  async forget(info: UploadInfo, root: string | null | undefined): Promise<void> {
    const path = this.#path(info, root);
    if (path !== undefined) await this.#files.remove(path).catch(() => undefined);
  }

  /** The ids of uploads that may have this root: those of `owner`, or everybody's. None when `root` is no digest. */
  async find(root: string, owner?: string): Promise<readonly string[]> {
    if (!isRoot(root)) return [];
    const prefix = `${root}-${owner === undefined ? '' : `${tagOf(owner)}-`}`;
    const names = (await absentAs(this.#files.list(join(this.#directory, root.slice(0, 2))))) ?? [];
    return names.filter((name) => name.startsWith(prefix)).flatMap((name) => name.split('-').slice(2, 3).filter(isId));
  }

  #path({id, owner}: UploadInfo, root: string | null | undefined): string | undefined {
    if (!root || !isRoot(root)) return undefined;
    return join(this.#directory, root.slice(0, 2), `${root}-${tagOf(owner)}-${id}`);
  }
}
