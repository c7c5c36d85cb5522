import {css} from 'lit';

/** Where files come in, and what is told of refused ones. */
export const entranceStyles = css`
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

  @container (max-width: 30rem) {
    [part='dropzone'] {
      padding: calc(var(--_space) * 1.25) var(--_space);
    }
  }
`;
