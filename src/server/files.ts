/** What the server asks of a file that is open. `FileHandle` of node:fs/promises has it. */
export interface OpenFile {
  read(into: Buffer, at: number, length: number, position: number): Promise<{readonly bytesRead: number}>;
  write(bytes: Uint8Array, at: number, length: number, position: number): Promise<{readonly bytesWritten: number}>;
  /** Writes buffers one after the other. May write less than all of it, like `write`. */
  writev(buffers: readonly Uint8Array[], position: number): Promise<{readonly bytesWritten: number}>;
  truncate(length: number): Promise<void>;
  /** Makes content and length durable. Not the file's name: that is {@link Files.syncFolder}. */
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The one way to the disk. Everything that is stored goes through here, so that tests can stop it at any call. Failures are those of
 * node:fs: errors with a `code`.
 */
export interface Files {
  /** `create` makes a file for this user alone, and fails with EEXIST where there is one. `update` reads and writes what is there. */
  open(path: string, how: 'read' | 'update' | 'create'): Promise<OpenFile>;
  stat(path: string): Promise<{readonly size: number; readonly mtimeMs: number}>;
  /** Names in a folder, in no order. */
  list(path: string): Promise<readonly string[]>;
  /** Makes a folder for this user alone, and those above it, where they are missing. */
  makeFolder(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name. Fails where the disk cannot (EPERM, ENOTSUP and others), and with EMLINK when it has too many. */
  link(from: string, to: string): Promise<void>;
  /** Removes a file, or a folder with all that is in it. Does nothing when there is none. */
  remove(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
}

/** Whether a call failed with one of these codes. */
export const failedWith = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** What a call found, or `undefined` when there is no such file. */
export async function absentAs<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Whether there is no room for more: the disk, the quota, or the limit for one file. */
export const isFull = (error: unknown): boolean => failedWith(error, 'ENOSPC', 'EDQUOT', 'EFBIG');
