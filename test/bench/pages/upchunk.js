import {createUpload} from '@mux/upchunk';
import {each, enter} from './contest.js';

const one = (file) =>
  new Promise((resolve, reject) => {
    const upload = createUpload({endpoint: '/upchunk', file});
    upload.on('success', resolve);
    upload.on('error', ({detail}) => reject(new Error(detail.message)));
  });

enter({send: (files) => each([...files], 1, one)});
