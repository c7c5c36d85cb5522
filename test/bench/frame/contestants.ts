import type {Contestant} from './stage.js';

/** The floor that everything is compared with. */
export const raw: Contestant = {name: 'one plain fetch', page: 'raw'};

/** The element with nothing set but its endpoint. */
export const ours: Contestant = {name: 'chunk-uploader', page: 'ours'};

/** The same without digests. */
export const oursWithoutHash: Contestant = {name: 'chunk-uploader, hash="none"', page: 'ours', attributes: {hash: 'none'}};

export const tus: Contestant = {name: 'tus-js-client', page: 'tus'};
export const uppyS3: Contestant = {name: '@uppy/aws-s3, multipart', page: 'uppy-s3'};
export const resumable: Contestant = {name: 'resumable.js', page: 'resumable'};

/** Others, at their own defaults; with chunking where it is off by default (Dropzone, FilePond). */
export const rivals: readonly Contestant[] = [
  tus,
  {name: '@uppy/tus', page: 'uppy-tus'},
  uppyS3,
  resumable,
  {name: 'Dropzone, chunked', page: 'dropzone'},
  {name: 'FilePond, chunked', page: 'filepond'},
  {name: '@mux/upchunk', page: 'upchunk'},
];
