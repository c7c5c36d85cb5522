import {css} from 'lit';

/** The two-tone bar. */
export const barStyles = css`
  [part='track'] {
    position: relative;
    block-size: var(--chunk-uploader-bar-size, 6px);
    background: color-mix(in srgb, var(--_text) 9%, transparent);
    border-radius: 99px;
    overflow: clip;
    contain: content;
  }

  [part='sent'],
  [part='confirmed'] {
    position: absolute;
    inset: 0;
    background: var(--_tone, var(--_accent));
    /* Not its width: that would have the page laid out anew sixty times a second. */
    transform-origin: left;
    transition: scale 0.2s linear;
  }

  :host(:dir(rtl)) :is([part='sent'], [part='confirmed']) {
    transform-origin: right;
  }

  [part='sent'] {
    opacity: 0.32;
  }

  [part~='row-done'] [part='sent'],
  [part~='row-canceled'] [part='track'] {
    display: none;
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
  }
`;
