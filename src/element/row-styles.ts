import {css} from 'lit';

/** One upload. */
export const rowStyles = css`
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

  [part~='row-failed'],
  [part~='row-interrupted']:has([part='error']) {
    --_tone: var(--_danger);
  }

  [part~='row-paused'],
  [part~='row-queued'],
  [part~='row-interrupted'],
  [part~='row-elsewhere'],
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
    min-inline-size: calc(6.75rem + 4px);
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

  /* what a person has to decide stands below all else, in words, where there is room for those of every language */
  [part~='row-interrupted'] [part='actions'],
  [part~='row-elsewhere'] [part='actions'] {
    order: 1;
    grid-area: auto / 2 / auto / -1;
    justify-content: start;
    gap: 4px;
    margin: 4px 0 0;
  }

  /* words without a ground begin where the lines above do */
  [part~='row-elsewhere'] [part='actions'] {
    margin-block: 0 -6px;
    margin-inline-start: -0.7rem;
  }

  [part~='row-interrupted'] [part~='action'],
  [part~='row-elsewhere'] [part~='action'] {
    inline-size: auto;
    block-size: auto;
    min-block-size: 2.25rem;
    padding-inline: 0.7rem;
    font-size: 0.875rem;
    font-weight: 500;
    border-radius: calc(var(--_radius) * 0.66);
  }

  [part~='row-elsewhere'] [part~='action-resume'] {
    color: var(--_accent);
  }

  [part~='row'] [part~='action-main'] {
    color: var(--_accent);
    background: color-mix(in srgb, var(--_accent) 11%, transparent);
  }

  [part~='row'] [part~='action-main']:hover {
    background: color-mix(in srgb, var(--_accent) 18%, transparent);
  }

  /* dots stand in the gaps; one at the beginning of a line is outside, and clipped */
  [part='meta'] {
    display: flex;
    flex-wrap: wrap;
    column-gap: 1.1em;
    overflow: clip;
    min-inline-size: 0;
    color: var(--_muted);
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
  }

  [part='meta'] > * {
    position: relative;
  }

  [part='meta'] > ::before {
    content: '\\00b7';
    content: '\\00b7' / '';
    position: absolute;
    inset-inline-start: -0.7em;
  }

  [part~='row'] [part='track'] {
    grid-column: 2;
  }

  [part~='row'] [part='meta'],
  [part='note'],
  [part='error'] {
    grid-column: 2 / -1;
  }

  [part~='row-canceled'] [part='meta'] {
    grid-column: 2;
  }

  [part='status'] {
    color: var(--_tone);
    font-weight: 500;
  }

  [part='note'] {
    color: var(--_muted);
    font-size: 0.8125rem;
  }

  [part='error'] {
    justify-self: start;
    color: var(--_text);
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }

  @container (max-width: 30rem) {
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
    [part='note'],
    [part='error'] {
      grid-column: 1 / -1;
    }

    [part~='row'] [part='actions'] {
      min-inline-size: calc(4.5rem + 2px);
      grid-row: auto;
    }

    [part~='row-interrupted'] [part='actions'],
    [part~='row-elsewhere'] [part='actions'] {
      grid-column: 1 / -1;
    }
  }
`;
