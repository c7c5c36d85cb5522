import Resumable from 'resumablejs';
import {enter} from './contest.js';

enter({
  send(files, {noTest}) {
    const resumable = new Resumable({target: '/resumable', ...(noTest && {testChunks: false})});
    return new Promise((resolve, reject) => {
      resumable.on('filesAdded', () => resumable.upload());
      resumable.on('complete', resolve);
      resumable.on('error', (message) => reject(new Error(message)));
      resumable.addFiles([...files]);
    });
  },
});
