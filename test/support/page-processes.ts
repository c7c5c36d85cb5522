import {spawnSync} from 'node:child_process';

import type {Browser} from 'puppeteer-core';

/** A process as `ps` tells of it: its id, its group, and how it was called. */
const line = /^\s*(\d+)\s+(\d+)\s+(.*)$/;

/** What Firefox calls the processes that have pages in them. */
const isOfPages = (call: string): boolean => call.includes('-contentproc') && /\stab\s*$/.test(call);

/** SIGKILL for all processes of a Firefox that have pages in them; the browser itself goes on. How many there were. */
export function killPages(browser: Browser): number {
  const group = browser.process()?.pid;
  const {stdout} = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,pgid=,args='], {encoding: 'utf8'});
  const found = stdout.split('\n').flatMap((text) => {
    const [, pid, of, call = ''] = line.exec(text) ?? [];
    return Number(of) === group && isOfPages(call) ? [Number(pid)] : [];
  });
  for (const pid of found) process.kill(pid, 'SIGKILL');
  return found.length;
}
