// Rules for every page: it is accessible, sends no request to another machine and logs no error.
import { asked, BASE, check, complaints, faults, go, same, shot, test, withPage } from './harness.mjs';

const PAGES = {
  overview: '/',
  dashboards: '/dashboards/services',
  'explore-metrics': '/explore/metrics?q=up',
  'explore-logs': '/explore/logs',
  'explore-traces': '/explore/traces',
  events: '/events',
  topic: '/events/orders',
  alerts: '/alerts',
  alert: '/alerts/NodeMemoryPressure',
};

for (const mode of ['light', 'dark']) {
  for (const width of [1280, 390]) {
    test(`every page, ${mode}, ${width} pixels wide, has no serious fault of accessibility and no overflow`, () =>
      withPage({ mode, width }, async (page) => {
        const found = [];
        await go(page, '/explore/traces?start=1h');
        const trace = await page.locator('main tbody a').first().getAttribute('href');
        for (const [name, path] of Object.entries({ ...PAGES, trace })) {
          await go(page, path);
          same(await page.evaluate(() => document.documentElement.dataset.theme), mode, 'the colours');
          found.push(...(await faults(page)).map((it) => `${path}: ${it}`));
          const over = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          if (over > 0) found.push(`${path}: ${over} pixels too wide`);
          await shot(page, `${name}-${width}-${mode}`);
        }
        check(found.length === 0, found.join('\n'));
      }));
  }
}

test('the colours that were chosen stay', () =>
  withPage({ mode: 'light' }, async (page) => {
    await go(page, '/');
    await page.getByRole('button', { name: 'Switch to dark colours' }).click();
    await go(page, '/alerts');
    same(await page.evaluate(() => document.documentElement.dataset.theme), 'dark', 'the colours');
  }));

test('every page is reached with the keyboard alone', () =>
  withPage({}, async (page) => {
    await go(page, '/');
    const wanted = [
      'Skip to content',
      'Overview',
      'Dashboards',
      'Explore',
      'Events',
      'Alerts',
      'Switch to dark colours',
    ];
    for (const name of wanted) {
      await page.keyboard.press('Tab');
      const has = await page.evaluate(
        () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
      );
      check(has.startsWith(name), `Tab leads to '${has}', not to '${name}'`);
    }
    await page.locator('nav[aria-label="Pages"] a', { hasText: 'Events' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
  }));

test('an address without a page says so', () =>
  withPage({}, async (page) => {
    await page.goto(`${BASE}/nowhere`);
    await page.getByText('There is no page at this address.').waitFor();
  }));

// The last two judge the requests and errors of all tests before them.
test('no request leaves this machine', () => {
  const { host } = new URL(BASE);
  const foreign = [...asked].filter((it) => !/^(data|blob):/.test(it) && new URL(it).host !== host);
  check(asked.size > 0, 'nothing was asked for at all');
  check(foreign.length === 0, foreign.join('\n'));
});

test('no page has written an error to the console', () => {
  check(complaints.length === 0, [...new Set(complaints)].slice(0, 20).join('\n'));
});
