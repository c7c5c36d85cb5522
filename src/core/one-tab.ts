import type {Claim, Tabs} from './ports.js';

const unguarded = (): Claim => ({lost: new AbortController().signal, tell: () => undefined, release: () => undefined});

async function take(signal: AbortSignal): Promise<Claim> {
  signal.throwIfAborted();
  return unguarded();
}

/**
 * Guards nothing: every claim succeeds at once and is never lost, and nobody hears anything. For surroundings in which tabs cannot know
 * of each other (plain http, Node): a server then lets the tab win that came last.
 */
export const oneTab: Tabs = {
  claim: (_, signal) => take(signal),
  wait: (_key, _onNews, signal) => take(signal),
  takeOver: () => undefined,
};
