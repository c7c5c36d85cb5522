import {html, svg, type SVGTemplateResult, type TemplateResult} from 'lit';
import type {StatusSnapshot} from '../core/snapshot.js';
import type {RowAction} from './messages.js';

/** Shapes on a grid of 20, drawn with a stroke in the colour of the text. */
const shapes = {
  upload: svg`<path d="M10 13V4m0 0L6.5 7.5M10 4l3.5 3.5M4 13v1.5A1.5 1.5 0 0 0 5.5 16h9a1.5 1.5 0 0 0 1.5-1.5V13" />`,
  file: svg`<path d="M11.5 3H6.5A1.5 1.5 0 0 0 5 4.5v11A1.5 1.5 0 0 0 6.5 17h7a1.5 1.5 0 0 0 1.5-1.5v-9zm0 0v3.5H15" />`,
  check: svg`<path d="m5 10.5 3.5 3.5L15.5 6.5" />`,
  alert: svg`<path d="M10 6v5m0 2.9v.1M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z" />`,
  clock: svg`<path d="M10 6v4l2.5 2.5M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z" />`,
  pause: svg`<path d="M7.5 5.5v9m5-9v9" />`,
  play: svg`<path d="M7 5v10l8-5z" />`,
  retry: svg`<path d="M15.5 10a5.5 5.5 0 1 1-1.6-3.9L15.5 7.700M15.5 4.200V7.700H12" />`,
  window: svg`<path d="M3.5 4.5h13v11h-13zm0 3.500h13" />`,
  cross: svg`<path d="m6 6 8 8m0-8-8 8" />`,
} as const satisfies Record<string, SVGTemplateResult>;

const icon = (shape: SVGTemplateResult): TemplateResult =>
  html`<svg
    viewBox="0 0 20 20"
    fill="none"
    stroke="currentColor"
    stroke-width="1.6"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${shape}
  </svg>`;

/** The drop zone's sign. */
export const uploadIcon = icon(shapes.upload);

const actionShapes: Record<RowAction, SVGTemplateResult> = {
  start: shapes.play,
  pause: shapes.pause,
  resume: shapes.play,
  retry: shapes.retry,
  cancel: shapes.cross,
  clear: shapes.cross,
};

/** The sign of a button. Its words must be beside it, or in its label. */
export const actionIcon = (action: RowAction): TemplateResult => icon(actionShapes[action]);

/** The sign of a status. The words beside it say the same. */
export function statusIcon(name: StatusSnapshot['name']): TemplateResult {
  if (name === 'done') return icon(shapes.check);
  if (name === 'failed') return icon(shapes.alert);
  if (name === 'waiting') return icon(shapes.clock);
  if (name === 'paused' || name === 'interrupted') return icon(shapes.pause);
  if (name === 'elsewhere') return icon(shapes.window);
  return icon(shapes.file);
}
