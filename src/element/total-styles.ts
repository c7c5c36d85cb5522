import {css} from 'lit';

/** The list, the line about all uploads, and the one about closing the page. */
export const totalStyles = css`
  [part='list'] {
    margin: 0;
    padding: 0;
    list-style: none;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    overflow: clip;
  }

  .long {
    max-block-size: min(34rem, 70vh);
    overflow-y: auto;
    overscroll-behavior: contain;
    scroll-padding: 8px;
  }

  .long > [part~='row'] {
    contain: content;
  }

  :is(.long, :has(~ .long)) [part='track'] > * {
    transition: none;
  }

  .gap {
    block-size: calc(var(--_row, 4.75rem) * var(--_rows));
  }

  [part='hint'],
  [part='reading'] {
    padding-inline: 2px;
    color: var(--_muted);
    font-size: 0.8125rem;
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

  /* a line is there in forced colours as well */
  [aria-pressed='true'] {
    text-decoration: underline 2px;
  }

  @container (max-width: 30rem) {
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
`;
