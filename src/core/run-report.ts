import type {Doing} from './activity.js';
import type {RunReport} from './run.js';
import type {Standing} from './standing.js';

/** Lets a run report to where its upload stands, as long as the run lives. `onLost`: the server has forgotten the upload. */
export function reportTo(standing: Standing, doing: Doing, onLost: () => void): RunReport {
  const whileLive =
    <Args extends readonly unknown[]>(report: (...args: Args) => void) =>
    (...args: Args): void => {
      if (doing.live) report(...args);
    };
  return {
    opened: whileLive(() => goOnSending(standing)),
    sent: whileLive((sent) => standing.note({sent})),
    confirmed: whileLive((confirmed) => standing.note({confirmed})),
    verifying: whileLive(() => standing.apply({type: 'verifying'})),
    sentAll: whileLive(() => standing.apply({type: 'sent-all'})),
    lost: whileLive(() => {
      onLost();
      standing.note({confirmed: 0, sent: 0});
      standing.apply({type: 'lost'});
    }),
  };
}

/** A correction inside a run opens the upload again: it is sending all the while. */
function goOnSending(standing: Standing): void {
  if (standing.status.name === 'preparing') standing.apply({type: 'opened'});
  if (standing.status.name === 'finishing') standing.apply({type: 'missing'});
}
