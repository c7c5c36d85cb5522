/** What only an upload needs that an earlier page, another tab or a closed list has begun: loaded with the first of them. */
export {leftUploads} from './left-uploads.js';
export {proveSame} from './prove-same.js';
export {toSavedUpload} from './read-saved.js';
export {Returning} from './returning.js';
