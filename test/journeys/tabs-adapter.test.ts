import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import type {Browser} from 'puppeteer-core';

import {inEachBrowser} from '../support/browser.js';
import {Person} from '../support/person.js';
import {inScene} from '../support/scene.js';
import {adapterScript, TabPage} from '../support/tab-page.js';
import {stays, until} from '../support/wait.js';

/** Two tabs: the first one has the upload, and the second one waits for it. */
async function inTwoTabs<T>(browser: Browser, story: (first: TabPage, second: TabPage) => Promise<T>): Promise<T> {
  return inScene(browser, {}, async (scene) => {
    const [first, second] = [await TabPage.open(scene), await TabPage.open(scene)];
    assert.equal(await first.claim(), true);
    await first.tell(1);
    await second.wait();
    await until('news', async () => (await second.heard()).length > 0);
    return story(first, second);
  });
}

inEachBrowser('A second tab wants an upload, and the first is closed', (browser) => {
  const story = async (first: TabPage, second: TabPage) => {
    const refused = !(await second.claim());
    await first.tell(2);
    await until('the news', async () => (await second.heard()).includes(2));
    const began = Date.now();
    await first.page.close();
    return {refused, ms: await second.gets(began)};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inTwoTabs(browser(), story);
  });

  it('is refused at first', () => {
    assert.equal(seen.refused, true);
  });

  it('gets it as soon as the first is gone', () => {
    assert.ok(seen.ms < 3_000, `${seen.ms} ms`);
  });
});

inEachBrowser(
  'The process of the first tab crashes',
  (browser) => {
    it('and the second has the upload at once', async () => {
      const ms = await inTwoTabs(browser(), async (first, second) => {
        const client = await first.page.createCDPSession();
        const began = Date.now();
        client.send('Page.crash').catch(() => undefined);
        return second.gets(began);
      });
      assert.ok(ms < 3_000, `${ms} ms`);
    });
  },
  ['chromium'],
);

inEachBrowser(
  'The browser freezes the first tab',
  (browser) => {
    const story = async (first: TabPage, second: TabPage) => {
      const wakeUp = await first.freeze();
      const ms = await second.gets(Date.now());
      await wakeUp();
      await until('the first to know', async () => (await first.told()).includes('lost it'));
      await stays('with the second', async () => !(await second.told()).includes('lost it'), 1_500);
      return {ms, first: await first.told()};
    };
    let seen: Awaited<ReturnType<typeof story>>;

    before(async () => {
      seen = await inTwoTabs(browser(), story);
    });

    it('and the second has the upload after the silence that an owner may keep', () => {
      assert.ok(seen.ms > 3_000 && seen.ms < 9_000, `${seen.ms} ms`);
    });

    it('and the first finds it lost when it wakes up', () => {
      assert.deepEqual(seen.first, ['has it', 'lost it']);
    });
  },
  ['chromium'],
);

inEachBrowser(
  'The browser freezes the first tab, and somebody wants to take the upload over',
  (browser) => {
    it('has it within a few seconds', async () => {
      const ms = await inTwoTabs(browser(), async (first, second) => {
        await first.freeze();
        await second.page.bringToFront();
        const began = Date.now();
        await second.takeOver();
        return second.gets(began);
      });
      assert.ok(ms > 1_000 && ms < 9_000, `${ms} ms`);
    });
  },
  ['chromium'],
);

inEachBrowser('Nobody sees the tab that has the upload', (browser) => {
  it('keeps it: it answers, however slow its timers are', async () => {
    await inScene(browser(), {}, async (scene) => {
      const first = await TabPage.open(scene);
      await first.claim();
      const uncover = await new Person(first.uploader, {stays: true}).coverWithTab();
      const second = await TabPage.open(scene);
      await second.wait();
      await stays('with the first', async () => !(await first.told()).includes('lost it'), 8_000);
      assert.deepEqual(await second.told(), []);
      await uncover();
    });
  });
});

inEachBrowser('Somebody reloads the tab that has an upload', (browser) => {
  it('may have it again at once', async () => {
    const claims = await inScene(browser(), {}, async (scene) => {
      const first = await TabPage.open(scene);
      const claims: boolean[] = [];
      for (let turn = 0; turn < 5; turn += 1) {
        claims.push(await first.claim());
        await first.page.reload();
        await first.load();
      }
      return claims;
    });
    assert.deepEqual(claims, [true, true, true, true, true]);
  });
});

/** Follows a link to another page; resolves when that is there. */
async function leaves({uploader}: TabPage): Promise<Person> {
  const person = new Person(uploader, {stays: false});
  await person.leave();
  await until('the other page', () => person.hasLeft());
  return person;
}

/** Goes back from there; resolves when the first page is there again, the old one or a new one. */
async function comesBack(tab: TabPage, person: Person): Promise<void> {
  await person.back();
  await until('the first page', () => tab.page.evaluate(() => location.search.includes('attributes')).catch(() => false));
}

// Firefox keeps no page that holds a lock: then the lock is free as if the tab had been closed.
inEachBrowser('Somebody leaves the page that has an upload, and comes back', (browser, name) => {
  it('finds the page and its claim as they were where the browser kept it', async () => {
    await inScene(browser(), {}, async (scene) => {
      const first = await TabPage.open(scene);
      await first.claim();
      await comesBack(first, await leaves(first));
      assert.equal(await first.cameBack(), name === 'chromium');
      if (name !== 'chromium') return;
      assert.deepEqual(await first.told(), ['has it']);
      const second = await TabPage.open(scene);
      assert.equal(await second.claim(), false);
      await first.tell(7);
      await second.wait();
      await until('an answer', async () => (await second.heard()).includes(7));
    });
  });
});

// Chromium keeps the page with its lock, though another tab waits for that: then the page counts as frozen.
inEachBrowser('Somebody leaves the page that has an upload while another tab waits', (browser, name) => {
  const story = async (first: TabPage, second: TabPage) => {
    const began = Date.now();
    const person = await leaves(first);
    const ms = await second.gets(began);
    await comesBack(first, person);
    const kept = await first.cameBack();
    if (kept) await until('the first to know', async () => (await first.told()).includes('lost it'));
    return {ms, kept, second: await second.told()};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inTwoTabs(browser(), story);
  });

  it('gives it to that tab', () => {
    assert.ok(seen.ms < (name === 'chromium' ? 9_000 : 4_000), `${seen.ms} ms`);
  });

  it('does not have it when the page comes back, as it was or not', () => {
    assert.equal(seen.kept, name === 'chromium');
    assert.deepEqual(seen.second, ['has it']);
  });
});

inEachBrowser('Somebody leaves the page that has an upload, and another tab wants it after that', (browser) => {
  it('gives it to that tab soon, and does not have it when the page comes back', async () => {
    await inScene(browser(), {}, async (scene) => {
      const [first, second] = [await TabPage.open(scene), await TabPage.open(scene)];
      await first.claim();
      await first.page.bringToFront();
      const person = await leaves(first);
      const began = Date.now();
      await second.wait();
      const ms = await second.gets(began);
      assert.ok(ms < 9_000, `${ms} ms`);
      await comesBack(first, person);
      const kept = await first.cameBack();
      if (kept) await until('the first to know', async () => (await first.told()).includes('lost it'));
      assert.deepEqual(await second.told(), ['has it']);
    });
  });
});

inEachBrowser('Somebody leaves the page that waits', (browser) => {
  it('does not keep others from the upload', async () => {
    await inScene(browser(), {}, async (scene) => {
      const [first, second, third] = [await TabPage.open(scene), await TabPage.open(scene), await TabPage.open(scene)];
      await first.claim();
      await second.wait();
      await leaves(second);
      await first.page.evaluate('tab.release()');
      const began = Date.now();
      await third.wait();
      const ms = await third.gets(began);
      assert.ok(ms < 9_000, `${ms} ms`);
    });
  });
});

inEachBrowser('The adapter is used in a frame that may do next to nothing', (browser) => {
  it('guards nothing, and nothing hangs', async () => {
    const told = await inScene(browser(), {}, async (scene) => {
      const {page} = await scene.page();
      return page.evaluate(
        async (adapter) => {
          const frame = document.createElement('iframe');
          frame.sandbox.add('allow-scripts');
          const answer = new Promise<unknown>((resolve) => addEventListener('message', ({data}) => resolve(data), {once: true}));
          const claims = `const tabs = adapter.browserTabs(); const {signal} = new AbortController();
          Promise.all([tabs.claim('a', signal), tabs.claim('a', signal)]).then((both) => parent.postMessage(both.map(Boolean), '*'))`;
          frame.srcdoc = `<script>${adapter}</script><script>${claims}</script>`;
          document.body.append(frame);
          return answer;
        },
        await adapterScript,
      );
    });
    assert.deepEqual(told, [true, true]);
  });
});
