import * as FilePond from 'filepond';
import {enter} from './contest.js';

/** Chunking is off by default. */
const options = {server: {process: '/filepond', patch: '/filepond/'}, chunkUploads: true, allowMultiple: true};

enter({
  send(files) {
    const pond = FilePond.create(document.querySelector('#here'), options);
    return new Promise((resolve, reject) => {
      pond.on('processfiles', resolve);
      pond.on('error', (error) => reject(new Error(String(error?.body ?? error))));
      void pond.addFiles([...files]);
    });
  },
});
