import {fixture, html} from '@open-wc/testing';
import {ChunkUploader} from '../../../src/define.js';
import type {UploadSnapshot} from '../../../src/core/snapshot.js';
import type {UploadEvent, UploadEvents} from '../../../src/element/events.js';
import {Backend, type Part} from './backend.js';

/** An element in the page, and the server it talks to. */
export interface Scene {
  readonly element: ChunkUploader;
  readonly backend: Backend;
}

/** Waits, with a limit that no healthy run comes near. */
export async function until(holds: () => unknown, what: string | (() => string), limit = 30_000): Promise<void> {
  const end = performance.now() + limit;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited ${limit} ms for ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** `<chunk-uploader>` with these attributes, in front of a backend of its own where none is given. Parts wait for the test when `holding`. */
export async function scene(
  attributes: Record<string, string> = {},
  {holding = false, backend = new Backend({holding})}: {holding?: boolean; backend?: Backend} = {},
): Promise<Scene> {
  const element = new ChunkUploader();
  for (const [name, value] of Object.entries({hash: 'none', multiple: '', ...attributes})) element.setAttribute(name, value);
  element.protocol = backend.protocol;
  await fixture(html`${element}`);
  await element.updateComplete;
  return {element, backend};
}

/** A file of `size` bytes, kept in memory. */
export const file = (name = 'a.txt', size = 40, type = 'text/plain'): File =>
  new File([new Uint8Array(size)], name, {type, lastModified: 1_700_000_000_000});

/** The status of the upload at `index`. */
export const statusOf = (element: ChunkUploader, index = 0): string | undefined => element.uploads[index]?.status.name;

/** The upload at `index`, which must be there. */
export function uploadAt(element: ChunkUploader, index = 0): UploadSnapshot {
  const upload = element.uploads[index];
  if (!upload) throw new Error(`there is no upload ${index}`);
  return upload;
}

/** The oldest part that waits at the backend. */
export async function nextPart(backend: Backend): Promise<Part> {
  await until(() => backend.parts.length > 0, 'a part');
  const part = backend.parts.shift();
  if (!part) throw new Error('no part');
  return part;
}

/** Waits until the upload at `index` is `status`, and the element shows it. */
export async function becomes(element: ChunkUploader, status: string, index = 0): Promise<void> {
  await until(
    () => statusOf(element, index) === status,
    () => `upload ${index} to be ${status}, it is ${statusOf(element, index) ?? 'absent'}`,
  );
  await element.updateComplete;
}

/** Everything inside the element that fits the selector. */
export const all = <E extends HTMLElement = HTMLElement>(element: ChunkUploader, selector: string): E[] => [
  ...(element.shadowRoot?.querySelectorAll<E>(selector) ?? []),
];

/** The first thing inside the element that fits the selector; it must be there. */
export function one<E extends HTMLElement = HTMLElement>(element: ChunkUploader, selector: string): E {
  const [found] = all<E>(element, selector);
  if (!found) throw new Error(`nothing fits ${selector}`);
  return found;
}

/** The text of the first thing that fits, with its white space made small. */
export const textOf = (element: ChunkUploader, selector: string): string =>
  (one(element, selector).textContent ?? '').replace(/\s+/g, ' ').trim();

/** Every event of the element from now on, as `name` or `name status`. */
export function eventsOf(element: EventTarget): string[] {
  const seen: string[] = [];
  const names: readonly (keyof UploadEvents)[] = [
    'upload-add',
    'upload-reject',
    'upload-change',
    'upload-error',
    'upload-done',
    'uploads-settled',
  ];
  for (const name of names) {
    element.addEventListener(name, (event) => {
      const {detail} = event as UploadEvent;
      seen.push('upload' in detail ? `${name} ${detail.upload.status.name}` : name);
    });
  }
  return seen;
}

/** What the element says on the console while `act` runs. */
export async function warningsOf(act: () => unknown): Promise<string[]> {
  const {warn} = console;
  const said: string[] = [];
  console.warn = (...args: unknown[]) => said.push(args.map(String).join(' '));
  try {
    await act();
  } finally {
    console.warn = warn;
  }
  return said;
}
