/** Code that is loaded lazily, loaded: no story on a clock of its own has to wait for the disk. */
import {comingBack} from '../../src/core/lazy.js';

await comingBack.load(new AbortController().signal);
