import {expect} from '@open-wc/testing';
import type {ReactiveController} from 'lit';
import {useFakeTimers, type SinonFakeTimers} from 'sinon';
import {UploadError} from '../../../src/core/errors.js';
import {errorSnapshot, type StatusSnapshot, type Totals, type UploadSnapshot} from '../../../src/core/snapshot.js';
import type {ChunkUploader} from '../../../src/define.js';
import {Countdown, type CountingHost} from '../../../src/element/countdown.js';
import {all, becomes, file, nextPart, one, scene, statusOf, textOf, until, uploadAt, type Scene} from '../support/scene.js';
import {snapshotOf, totalsOf} from '../support/snapshots.js';

const upload = (status: StatusSnapshot): UploadSnapshot => snapshotOf({status, size: 10});

const waiting = (until: number): UploadSnapshot =>
  upload({name: 'waiting', error: errorSnapshot(new UploadError('server-busy', '')), attempt: 1, until});

/** An element as far as a countdown knows it. Draws when it is asked to. */
class Host {
  readonly drawn: number[] = [];
  isConnected = true;
  uploads: readonly UploadSnapshot[] = [];
  controller: ReactiveController | undefined;

  get progress(): Totals {
    return totalsOf(this.uploads);
  }

  addController(controller: ReactiveController): void {
    this.controller = controller;
  }

  requestUpdate(): void {
    this.drawn.push(Date.now());
    this.controller?.hostUpdated?.();
  }

  show(...uploads: UploadSnapshot[]): void {
    this.uploads = uploads;
    this.controller?.hostUpdated?.();
  }
}

describe('the timer of a countdown', () => {
  let clock: SinonFakeTimers;
  let host: Host;
  beforeEach(() => {
    clock = useFakeTimers({now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date']});
    host = new Host();
    new Countdown(host as unknown as CountingHost);
  });
  afterEach(() => clock.restore());

  it('draws when the number of seconds changes, and when the time has come', () => {
    host.show(waiting(2_500));
    clock.tick(60_000);
    expect(host.drawn).to.deep.equal([500, 1_500, 2_500]);
  });

  it('is one for several uploads', () => {
    host.show(waiting(2_500), waiting(9_100), waiting(30_000));
    expect(clock.countTimers()).to.equal(1);
  });

  it('draws for each of them', () => {
    host.show(waiting(1_000), waiting(1_300));
    clock.tick(60_000);
    expect(host.drawn).to.deep.equal([300, 1_000, 1_300]);
  });

  it('is none while nothing waits', () => {
    host.show(upload({name: 'sending'}), upload({name: 'queued'}));
    expect(clock.countTimers()).to.equal(0);
  });

  it('is none any more when what waited goes on', () => {
    host.show(waiting(30_000));
    host.show(upload({name: 'sending'}));
    expect(clock.countTimers()).to.equal(0);
  });

  it('is stopped when the host is removed', () => {
    host.show(waiting(30_000));
    host.controller?.hostDisconnected?.();
    expect(clock.countTimers()).to.equal(0);
  });

  it('is none while the host is not in the page', () => {
    host.isConnected = false;
    host.show(waiting(30_000));
    expect(clock.countTimers()).to.equal(0);
  });

  it('is there again when the host is', () => {
    host.show(waiting(30_000));
    host.controller?.hostDisconnected?.();
    host.controller?.hostConnected?.();
    expect(clock.countTimers()).to.equal(1);
  });
});

/** An upload of 40 bytes, 10 of them confirmed, that waits half a minute at most to try again. */
async function waits(code: 'server' | 'offline' = 'server'): Promise<Scene> {
  const made = await scene({retries: '3'}, {holding: true});
  made.element.limits = {backOff: 30_000};
  made.element.add(file());
  (await nextPart(made.backend)).confirm();
  (await nextPart(made.backend)).fail(code, code === 'server' ? 500 : undefined);
  await becomes(made.element, 'waiting');
  return made;
}

const seconds = (element: ChunkUploader): number => Number(/^Trying again in (\d+) sec$/.exec(textOf(element, '[part=status]'))?.[1]);

describe('a row that waits to try again', () => {
  it('says in how many seconds', async () => {
    const {element} = await waits();
    expect(seconds(element)).to.be.within(10, 30);
  });

  it('counts them down', async () => {
    const {element} = await waits();
    const first = seconds(element);
    await until(() => seconds(element) < first, 'the next second');
  });

  it('says how far it is', async () => {
    const {element} = await waits();
    expect(textOf(element, '[part=size]')).to.equal('10 bytes of 40 bytes');
  });

  it('says what happened', async () => {
    const {element} = await waits();
    expect(textOf(element, '[part=error]')).to.equal('Something went wrong on the server. Wait a moment, then retry. (HTTP 500)');
  });

  it('has buttons to try now, to pause and to cancel', async () => {
    const {element} = await waits();
    const labels = all(element, '[part~=row] button').map((button) => button.getAttribute('aria-label'));
    expect(labels).to.deep.equal(['Try now a.txt', 'Pause a.txt', 'Cancel a.txt']);
  });

  it('can be told in words of the page', async () => {
    const {element} = await waits();
    element.messages = {tryingAgain: (duration) => `Noch ${duration}`, tryNow: 'Jetzt'};
    await element.updateComplete;
    expect(textOf(element, '[part=status]')).to.match(/^Noch \d+ sec$/);
    expect(one(element, '[part~=action-retry]').title).to.equal('Jetzt');
  });

  it('counts in the numbers of its language', async () => {
    const {element} = await waits();
    element.lang = 'ar-EG';
    element.requestUpdate();
    await element.updateComplete;
    expect(textOf(element, '[part=status]')).to.match(/[\u0660-\u0669]/);
  });

  it('says no number once the time has come, and that it tries again', async () => {
    const {element} = await waits();
    const {status} = uploadAt(element);
    const clock = useFakeTimers({now: status.name === 'waiting' ? status.until + 1 : 0, toFake: ['Date']});
    element.requestUpdate();
    await element.updateComplete;
    clock.restore();
    expect(textOf(element, '[part=status]')).to.equal('Trying again soon 25%');
  });
});

describe('the line about all, while one waits and holds the others', () => {
  it('says that it goes on by itself, and counts nothing', async () => {
    const {element, backend} = await scene({retries: '1', 'files-at-once': '1'}, {holding: true});
    element.limits = {backOff: 30_000};
    element.add([file('a.txt'), file('b.txt')]);
    (await nextPart(backend)).fail('server', 500);
    await becomes(element, 'waiting');
    expect(textOf(element, '[part=total] [part=meta]')).to.equal('0 of 2 done Trying again soon 0%');
  });
});

describe('for those who listen, a wait', () => {
  it('is said once, with the time', async () => {
    const {element} = await waits();
    const region = one(element, '[role=status]');
    const said = region.textContent;
    expect(said).to.match(/^Trying a\.txt again in \d+ sec\.$/);
    const first = seconds(element);
    await until(() => seconds(element) < first, 'the next second');
    expect(region.textContent).to.equal(said);
  });

  it('is no alert', async () => {
    const {element} = await waits();
    expect(one(element, '.hidden[role=alert]').textContent).to.equal('');
  });

  it('does not change the bar every second', async () => {
    const {element} = await waits();
    const bar = one(element, '[part~=row] [role=progressbar]');
    const first = seconds(element);
    const words = bar.getAttribute('aria-valuetext');
    await until(() => seconds(element) < first, 'the next second');
    expect([words, bar.getAttribute('aria-valuetext')]).to.deep.equal(Array(2).fill('Trying again soon, 10 bytes of 40 bytes'));
  });
});

describe('the buttons of a row that waits', () => {
  it('try now', async () => {
    const {element, backend} = await waits();
    backend.letGo();
    one(element, '[part~=action-retry]').click();
    await becomes(element, 'done');
  });

  it('pause: nothing is tried until it is resumed', async () => {
    const {element} = await waits();
    one(element, '[part~=action-pause]').click();
    await element.updateComplete;
    expect([statusOf(element), textOf(element, '[part=status]')]).to.deep.equal(['paused', 'Paused 25%']);
  });

  it('cancel', async () => {
    const {element} = await waits();
    one(element, '[part~=action-cancel]').click();
    await element.updateComplete;
    expect(statusOf(element)).to.equal('canceled');
  });

  it('keep the keyboard in the row', async () => {
    const {element} = await waits();
    one(element, '[part~=action-pause]').focus();
    one(element, '[part~=action-pause]').click();
    await element.updateComplete;
    expect(element.shadowRoot?.activeElement?.getAttribute('aria-label')).to.equal('Resume a.txt');
  });
});
