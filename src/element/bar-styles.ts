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
