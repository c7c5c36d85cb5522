import {css} from 'lit';

/** What holds everywhere: colours, distances, buttons. */
export const baseStyles = css`
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

  /* a sentence keeps its own direction, in pages of the other one */
  [part='label'],
  [part='note'],
  [part='error'],
  [part='hint'],
  [part='notice'] li {
    unicode-bidi: plaintext;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }

  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
    }
  }

  @media (forced-colors: active) {
    button:focus-visible {
      outline-color: Highlight;
      outline-offset: 2px;
    }

    [part='button'],
    [part~='action-main'],
    [part~='action-all'] {
      border: 1px solid ButtonBorder;
    }

    [part='total'] [part~='action-all'] {
      padding-inline: 0.6rem;
    }
  }
`;
