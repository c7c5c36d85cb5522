import {md5Module} from '../../../tools/md5-module.mjs';

let caught: Promise<Uint8Array<ArrayBuffer>> | undefined;

/** The module that the build puts in. */
export const module = (): Promise<Uint8Array<ArrayBuffer>> => (caught ??= md5Module().then((bytes) => new Uint8Array(bytes)));
