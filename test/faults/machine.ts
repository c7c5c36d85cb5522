import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmdirSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import type {Played} from './row.js';

/** Whether this process may mount a small file system. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'mounts-'));
  try {
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status !== 0) return false;
    return spawnSync('umount', [folder]).status === 0;
  } finally {
    rmdirSync(folder);
  }
}

let mounts: boolean | undefined;
let openssl: boolean | undefined;

/** Why this machine cannot play a variant, or `false` when it can. */
export function lacks({needs}: Played): string | false {
  if (needs === 'mounts') return (mounts ??= canMount()) ? false : 'needs the right to mount a file system';
  if (needs === 'openssl') return (openssl ??= spawnSync('openssl', ['version']).status === 0) ? false : 'needs the program openssl';
  return false;
}
