import {css} from 'lit';

/**
 * Calm by default and made of few things: one accent, one line weight, one radius. Colours follow the `color-scheme` that the element
 * inherits from the page. Only logical properties, so that right-to-left pages are mirrored by themselves.
 */
export const styles = css`
  :host {
    --_accent: var(--chunk-uploader-accent, light-dark(#2f5bd7, #8eabff));
    --_text: var(--chunk-uploader-text, light-dark(#1c2029, #eceef3));
    --_muted: var(--chunk-uploader-muted, light-dark(#5d6472, #a3aab8));
    --_surface: var(--chunk-uploader-surface, light-dark(#ffffff, #171a21));
    --_border: var(--chunk-uploader-border, light-dark(#dfe2e8, #31363f));
    --_danger: var(--chunk-uploader-danger, light-dark(#b42318, #ff9d93));
    --_success: var(--chunk-uploader-success, light-dark(#17794a, #6fd6a2));
    --_radius: var(--chunk-uploader-radius, 12px);
    --_space: var(--chunk-uploader-space, 16px);
    --_soft: color-mix(in srgb, var(--_text) 6%, transparent);
    --_focus: 0 0 0 2px var(--_surface), 0 0 0 4px var(--_accent);

    display: block;
    container-type: inline-size;
    color: var(--_text);
    font-size: 0.9375rem;
    line-height: 1.45;
    text-align: start;
  }

  :host([hidden]) {
    display: none;
  }

  * {
    box-sizing: border-box;
  }

  svg {
    display: block;
    inline-size: 1.25rem;
    block-size: 1.25rem;
    flex: none;
  }

  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    margin: 0;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }

  button:focus-visible {
    outline: 2px solid transparent;
    box-shadow: var(--_focus);
  }

  button:disabled {
    cursor: default;
    opacity: 0.5;
  }

  .hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  [part='base'] {
    position: relative;
    display: grid;
    gap: var(--_space);
    min-inline-size: 0;
  }

  /* --- where files come in --- */

  [part='dropzone'] {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 10px 14px;
    padding: calc(var(--_space) * 1.75) var(--_space);
    color: var(--_muted);
    background: var(--_surface);
    border: 1.5px dashed color-mix(in srgb, var(--_muted) 55%, var(--_border));
    border-radius: var(--_radius);
    transition:
      border-color 0.15s,
      background-color 0.15s;
  }

  [part='dropzone'] > svg {
    inline-size: 1.5rem;
    block-size: 1.5rem;
    color: var(--_accent);
  }

  [part='label'] {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }

  [part='button'] {
    min-block-size: 2.5rem;
    padding: 0.4rem 1.05rem;
    font-weight: 600;
    color: var(--_surface);
    background: var(--_accent);
    border: 1px solid transparent;
    border-radius: calc(var(--_radius) * 0.66);
    transition: background-color 0.15s;
  }

  [part='button']:hover:enabled {
    background: color-mix(in srgb, var(--_accent) 88%, var(--_text));
  }

  :host(:state(dragging)) [part='dropzone'] {
    border-style: solid;
    border-color: var(--_accent);
    background: color-mix(in srgb, var(--_accent) 9%, var(--_surface));
  }

  [part='notice'] {
    display: flex;
    align-items: center;
    gap: 8px;
    padding-block: 6px;
    padding-inline: 14px 6px;
    color: var(--_danger);
    background: color-mix(in srgb, var(--_danger) 8%, var(--_surface));
    border: 1px solid color-mix(in srgb, var(--_danger) 28%, transparent);
    border-radius: calc(var(--_radius) * 0.75);
  }

  /* not display: none, which would keep screen readers from noticing the first text */
  [part='notice']:empty {
    position: absolute;
    padding: 0;
    border: 0;
  }

  [part='notice'] ul {
    flex: 1;
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    list-style: none;
    overflow-wrap: anywhere;
  }

  /* --- all uploads --- */

  [part='list'] {
    margin: 0;
    padding: 0;
    list-style: none;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    overflow: clip;
  }

  [part='total'] {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: 6px 12px;
    padding-inline: 2px;
  }

  [part='total'] [part='meta'] {
    color: var(--_text);
    font-weight: 600;
    font-size: inherit;
  }

  [part='total'] [part='track'] {
    grid-column: 1 / -1;
  }

  [part~='action-all'] {
    min-block-size: 2rem;
    padding: 0.15rem 0.6rem;
    font-size: 0.875rem;
    font-weight: 500;
    color: var(--_accent);
    border-radius: 8px;
  }

  /* --- one upload --- */

  [part~='row'] {
    --_tone: var(--_accent);
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: 4px 12px;
    padding: 12px var(--_space);
  }

  [part~='row'] + [part~='row'] {
    border-block-start: 1px solid var(--_border);
  }

  [part~='row-done'] {
    --_tone: var(--_success);
  }

  [part~='row-done'] [part='confirmed'] {
    opacity: 0.45;
  }

  [part~='row-failed'] {
    --_tone: var(--_danger);
  }

  [part~='row-paused'],
  [part~='row-queued'],
  [part~='row-canceled'] {
    --_tone: var(--_muted);
  }

  [part~='row-canceled'] [part='name'] {
    color: var(--_muted);
    text-decoration: line-through;
  }

  [part='icon'] {
    display: grid;
    place-items: center;
    inline-size: 2.25rem;
    block-size: 2.25rem;
    color: var(--_tone);
    background: color-mix(in srgb, var(--_tone) 11%, transparent);
    border-radius: 50%;
    grid-row: span 3;
    align-self: start;
  }

  [part='name'] {
    display: flex;
    min-inline-size: 0;
    font-weight: 500;
    white-space: pre;
  }

  /* the name's own direction decides where it is cut, the page's where it stands */
  :host(:dir(ltr)) [part='name']:dir(rtl),
  :host(:dir(rtl)) [part='name']:dir(ltr) {
    justify-content: end;
  }

  .head {
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .tail {
    flex: none;
  }

  [part='actions'] {
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: 2px;
  }

  [part~='row'] [part='actions'] {
    min-inline-size: calc(4.5rem + 2px);
    grid-row: span 2;
    align-self: start;
    margin-inline-end: -6px;
  }

  [part~='action'] {
    display: grid;
    place-items: center;
    inline-size: 2.25rem;
    block-size: 2.25rem;
    padding: 0;
    color: var(--_muted);
    border-radius: 50%;
    transition:
      background-color 0.15s,
      color 0.15s;
  }

  [part~='action']:hover,
  [part~='action-all']:hover {
    background: var(--_soft);
  }

  [part~='action']:hover {
    color: var(--_text);
  }

  [part~='action-retry'] {
    color: var(--_accent);
  }

  [part='meta'] {
    display: flex;
    flex-wrap: wrap;
    min-inline-size: 0;
    color: var(--_muted);
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
  }

  [part='meta'] > :not(:last-child)::after {
    content: '\\00b7' / '';
    margin-inline: 0.45em;
  }

  /* a sentence keeps its own direction, in pages of the other one */
  [part='label'],
  [part='error'],
  [part='notice'] li {
    unicode-bidi: plaintext;
    text-align: match-parent;
  }

  [part~='row'] [part='track'],
  [part~='row'] [part='meta'],
  [part~='row'] [part='error'] {
    grid-column: 2;
  }

  [part='status'] {
    color: var(--_tone);
    font-weight: 500;
  }

  [part='error'] {
    justify-self: start;
    color: var(--_text);
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }

  /* --- the bar --- */

  [part='track'] {
    position: relative;
    block-size: var(--chunk-uploader-bar-size, 6px);
    background: color-mix(in srgb, var(--_text) 9%, transparent);
    border-radius: 99px;
    overflow: clip;
  }

  [part='sent'],
  [part='confirmed'] {
    position: absolute;
    inset-block: 0;
    inset-inline-start: 0;
    border-radius: inherit;
    background: var(--_tone, var(--_accent));
    transition: inline-size 0.2s linear;
  }

  [part='sent'] {
    opacity: 0.32;
  }

  [part~='row-done'] [part='sent'],
  [part~='row-canceled'] [part='track'] {
    display: none;
  }

  @container (max-width: 30rem) {
    [part='dropzone'] {
      padding: calc(var(--_space) * 1.25) var(--_space);
    }

    [part~='row'] {
      grid-template-columns: minmax(0, 1fr) auto;
      padding-inline: 12px;
      gap: 4px 8px;
    }

    [part='icon'] {
      display: none;
    }

    [part~='row'] [part='track'],
    [part~='row'] [part='meta'],
    [part~='row'] [part='error'] {
      grid-column: 1 / -1;
    }

    [part~='row'] [part='actions'] {
      grid-row: auto;
    }

    [part='total'] {
      grid-template-columns: minmax(0, 1fr);
    }

    [part='total'] [part='actions'] {
      justify-content: start;
      grid-row: 3;
      gap: 2px 1.1rem;
    }

    [part~='action-all'] {
      padding-inline: 0;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
    }
  }

  @media (forced-colors: active) {
    [part='track'] {
      border: 1px solid CanvasText;
      forced-color-adjust: none;
      background: Canvas;
    }

    [part='confirmed'],
    [part='sent'] {
      background: Highlight;
    }

    button:focus-visible {
      outline-color: Highlight;
      outline-offset: 2px;
    }

    [part='button'],
    [part~='action-all'] {
      border: 1px solid ButtonBorder;
    }
  }
`;
