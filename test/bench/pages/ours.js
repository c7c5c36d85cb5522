/** The file for pages without a bundler, as `npm run build` makes it. */
import '/dist/cdn/chunk-uploader.js';
import './element.js';
