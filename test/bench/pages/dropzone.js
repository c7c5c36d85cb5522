import Dropzone from 'dropzone';
import {enter} from './contest.js';

/** Chunking is off by default, and files above 256 MiB are refused. */
const options = {url: '/dropzone', chunking: true, maxFilesize: null};

enter({
  send(files) {
    const dropzone = new Dropzone('#here', options);
    return new Promise((resolve, reject) => {
      dropzone.on('queuecomplete', resolve);
      dropzone.on('error', (_, message) => reject(new Error(String(message))));
      for (const file of files) dropzone.addFile(file);
    });
  },
});
