import {expect} from '@open-wc/testing';
import {browserNetwork} from '../../../src/net/network.js';

/** Makes the browser say that there is, or is not, a network. */
function setOnline(online: boolean): void {
  Object.defineProperty(navigator, 'onLine', {configurable: true, get: () => online});
}

/** The same, with the event that a browser fires then. */
function turn(online: boolean): void {
  setOnline(online);
  dispatchEvent(new Event(online ? 'online' : 'offline'));
}

afterEach(() => {
  Reflect.deleteProperty(navigator, 'onLine');
});

describe("the browser's network", () => {
  it('is what the browser says of it', () => {
    expect(browserNetwork().online).to.equal(navigator.onLine);
  });

  it('is asked anew each time', () => {
    const network = browserNetwork();
    const told = [true, false, true].map((online) => {
      setOnline(online);
      return network.online;
    });
    expect(told).to.deep.equal([true, false, true]);
  });
});

describe('a listener to the network', () => {
  let told: boolean[];
  let unsubscribe: () => void;

  beforeEach(() => {
    told = [];
    unsubscribe = browserNetwork().subscribe((online) => told.push(online));
  });

  afterEach(() => unsubscribe());

  it('is told nothing as long as nothing changes', () => {
    expect(told).to.deep.equal([]);
  });

  it('is told in the same task when the network goes', () => {
    turn(false);
    expect(told).to.deep.equal([false]);
  });

  it('is told when it goes, and when it is back', () => {
    turn(false);
    turn(true);
    expect(told).to.deep.equal([false, true]);
  });

  it('is told what the browser says, and not what its event is called', () => {
    setOnline(true);
    dispatchEvent(new Event('offline'));
    expect(told).to.deep.equal([true]);
  });

  it('is told nothing more after it has left', () => {
    unsubscribe();
    turn(false);
    expect(told).to.deep.equal([]);
  });

  it('may leave twice', () => {
    unsubscribe();
    unsubscribe();
    turn(false);
    expect(told).to.deep.equal([]);
  });

  it('does not leave with another one', () => {
    const others: boolean[] = [];
    browserNetwork().subscribe((online) => others.push(online))();
    turn(false);
    expect([told, others]).to.deep.equal([[false], []]);
  });
});
