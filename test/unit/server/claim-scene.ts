import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {join} from 'node:path';

import type {ClaimScope} from '../../../src/server/index.js';
import type {ServeOptions, TestServer} from '../../support/serve.js';
import type {Algorithm} from './sample-file.js';
import {block, blocksHeader, rootOf} from './sample-file.js';
import type {Answer, Exchange, Said} from './scene.js';
import {ask, begin, created, creationHeaders, partHeaders, putChecked, withServer} from './scene.js';

/** The owner is whoever says so. */
const byOwner = ({headers}: Request): {owner: string} => ({owner: headers.get('Authorization') ?? ''});

/** A server whose owners are known by name. */
export const withOwners = (play: (server: TestServer) => Promise<void>, options: ServeOptions = {}): Promise<void> =>
  withServer({authorize: byOwner, ...options}, play);

/** The same, with claims of this scope. */
export const withClaims = (claims: ClaimScope, play: (server: TestServer) => Promise<void>): Promise<void> => withOwners(play, {claims});

/** Headers by which a request is of this owner. */
export const as = (owner: string): Record<string, string> => ({Authorization: owner});

/** What a server says to a claim: a status, a challenge, or a problem. */
export type Claimed = Answer & {readonly said: Said & {readonly challenge?: Challenge; readonly known?: true}};

/** What has to be proven. */
export interface Challenge {
  readonly nonce: string;
  readonly blocks: readonly number[];
}

/** What the server says of an upload that a claim has completed. */
export interface Instant {
  readonly instant?: true;
}

/** Posts `body` to an upload, as JSON. */
export const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Claimed> => {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return ask('POST', url, {'Content-Type': 'application/json', 'Content-Length': String(bytes.length), ...headers}, bytes);
};

/** Creates an upload of `owner` without a byte, and returns its URL. */
export const open = (
  server: TestServer,
  owner: string,
  file: Uint8Array,
  algorithm: Algorithm = 'sha-256',
  name = 'mine.bin',
): Promise<string> =>
  created(server, file.length, {
    algorithm,
    writer: '1-writer-one',
    headers: {...as(owner), 'Upload-Metadata': `name ${Buffer.from(name).toString('base64')}`},
  });

/** Uploads a whole file for `owner`, and returns its URL. */
export async function stored(server: TestServer, owner: string, file: Uint8Array, algorithm: Algorithm = 'sha-256'): Promise<string> {
  const url = await open(server, owner, file, algorithm, 'first.bin');
  const {said} = await putChecked(url, file, 0, file.length, {
    ...as(owner),
    'Upload-Blocks': blocksHeader(file, 0, file.length, algorithm),
  });
  assert.equal(said.complete, true);
  return url;
}

/** Claims `file` for an upload. */
export const claim = (url: string, owner: string, file: Uint8Array, algorithm: Algorithm = 'sha-256', proof?: unknown): Promise<Claimed> =>
  post(url, {root: rootOf(file, algorithm), size: file.length, proof}, as(owner));

/** What one who has `file` answers to a challenge. */
export const prove = (file: Uint8Array, {nonce, blocks}: Challenge, algorithm: Algorithm): {nonce: string; digests: string[]} => ({
  nonce,
  digests: blocks.map((index) =>
    createHash(algorithm === 'md5' ? 'md5' : 'sha256')
      .update(Buffer.from(nonce, 'hex'))
      .update(file.subarray(index * block, (index + 1) * block))
      .digest('hex'),
  ),
});

/** Claims `file`, meets the challenge with the bytes of `having`, and returns the last answer. */
export async function claimWith(
  url: string,
  owner: string,
  file: Uint8Array,
  algorithm: Algorithm = 'md5',
  having = file,
): Promise<Claimed> {
  const {said} = await claim(url, owner, file, algorithm);
  assert.ok(said.challenge, JSON.stringify(said));
  return claim(url, owner, file, algorithm, prove(having, said.challenge, algorithm));
}

/** The bytes that the server hands out at a result's URL. */
export async function contentFor(server: TestServer, owner: string, url: string): Promise<Buffer> {
  const response = await fetch(new URL(url, server.origin), {headers: as(owner)});
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

/** Begins a part of an owner's upload; its bytes are for the test to write. */
export const beginPart = (
  url: string,
  owner: string,
  file: Uint8Array,
  start: number,
  end: number,
  algorithm: Algorithm = 'sha-256',
): Exchange => begin('PUT', url, partHeaders(file, start, end, {...as(owner), 'Upload-Blocks': blocksHeader(file, start, end, algorithm)}));

/** Creates an upload that names its root at once. */
export const createKnown = (
  server: TestServer,
  owner: string,
  file: Uint8Array,
  root = rootOf(file, 'sha-256'),
  algorithm: Algorithm | 'none' = 'sha-256',
): Promise<Claimed> =>
  ask('POST', server.endpoint, creationHeaders(file.length, {algorithm, headers: {...as(owner), 'Upload-Root': root}}));

/** The folder of an upload on disk. */
export const folderOf = (server: TestServer, url: string): string => join(server.directory, url.split('/').at(-1) ?? '');
