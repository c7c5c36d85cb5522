import {ChunkUploader} from './element/chunk-uploader.js';

const known = customElements.get('chunk-uploader');

if (known === undefined) customElements.define('chunk-uploader', ChunkUploader);
else if (known !== ChunkUploader) {
  console.warn('<chunk-uploader> is already defined by another copy of this package. That copy stays in charge; load only one.');
}

declare global {
  interface HTMLElementTagNameMap {
    'chunk-uploader': ChunkUploader;
  }
}

export {ChunkUploader};
