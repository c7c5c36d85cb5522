import {Upload} from 'tus-js-client';
import {each, enter} from './contest.js';

const uploads = [];

const one = (file, options) =>
  new Promise((resolve, reject) => {
    const upload = new Upload(file, {endpoint: '/tus', ...options, onSuccess: resolve, onError: reject});
    uploads.push(upload);
    upload.start();
  });

/** All defaults: one endless PATCH, no resuming unless the page asks for it. Files three at a time, as it has no queue of its own. */
enter({
  send: (files, {oneRequest}) => each([...files], 3, (file) => one(file, oneRequest ? {uploadDataDuringCreation: true} : {})),
  pause: () => uploads[0].abort(),
  resume: () => uploads[0].start(),
});
