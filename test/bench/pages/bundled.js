/** The element as a page with a bundler has it: what is loaded lazily is in files of its own. */
import '/bundles/element/define.js';
import './element.js';
