import {barStyles} from './bar-styles.js';
import {baseStyles} from './base-styles.js';
import {entranceStyles} from './entrance-styles.js';
import {rowStyles} from './row-styles.js';
import {totalStyles} from './total-styles.js';

/**
 * Calm by default and made of few things: one accent, one line weight, one radius. Colours follow the `color-scheme` that the element
 * inherits from the page: set it on the element to choose. Only logical properties, so that pages from right to left are mirrored.
 */
export const styles = [baseStyles, entranceStyles, totalStyles, rowStyles, barStyles];
