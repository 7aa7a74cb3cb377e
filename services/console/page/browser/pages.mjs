// Each page shows the data of the running stack.
import {
  ask,
  BASE,
  becomes,
  check,
  figure,
  go,
  open,
  PATIENCE,
  same,
  settled,
  shot,
  test,
  until,
  withPage,
} from './harness.mjs';

test('the server of the page has an answer to everything', async () => {
  for (const part of ['components', 'changes', 'validation', 'topics', 'groups']) {
    // Tests before this one may have restarted a backend.
    await until(
      `an answer of /api/${part}`,
      async () => {
        const { status, text } = await ask(`${BASE}/api/${part}`);
        return status < 500 && (part !== 'components' || JSON.parse(text).unavailable.length === 0);
      },
      PATIENCE * 3,
    );
  }
});

test('the overview shows every component, the checks, alerts and changes', () =>
  withPage({}, async (page) => {
    await go(page, '/');
    const table = page.getByRole('region', { name: 'Components', exact: true });
    for (const name of ['etcd', 'kube-apiserver', 'kafka', 'prometheus', 'victorialogs', 'hello'])
      await table.getByRole('link', { name, exact: true }).first().waitFor();
    check((await table.locator('tbody tr').count()) >= 15, 'fewer than 15 components');
    await until('a memory figure', async () => /MiB|GiB/.test(await table.innerText()));
    check(/\bready\b/.test(await table.innerText()), 'no component is ready');
    // The canary finds what it sent in each store, some seconds later.
    const canary = table.getByRole('row').filter({ has: page.getByRole('link', { name: 'canary', exact: true }) });
    await until(
      'the ages of the canary',
      async () => /events \d+ s, logs \d+ s, metrics \d+ s, traces \d+ s/.test(await canary.innerText()),
      PATIENCE * 3,
    );
    check(/^\d+ of \d+$/.test(await page.locator('.figure b').first().innerText()), 'the summary has no figures');
    await until('no panel that failed', async () => (await page.locator('.fault').count()) === 0);
  }));

const DASHBOARDS = ['cluster', 'node', 'event-bus', 'services', 'logs', 'traces', 'stack'];
for (const name of DASHBOARDS) {
  test(`the dashboard ${name} is drawn`, () =>
    withPage({}, async (page) => {
      // The first visit fills the browser's cache, the second is measured.
      await go(page, `/dashboards/${name}`);
      const begin = Date.now();
      await go(page, `/dashboards/${name}`);
      figure(`dashboard ${name} drawn`, Date.now() - begin, 'ms');
      await shot(page, `dashboard-${name}`);
      // Panels further down are drawn when they are scrolled to.
      const panels = page.locator('.placed');
      const all = await panels.count();
      for (let at = 0; at < all; at += 1) await panels.nth(at).scrollIntoViewIfNeeded();
      await until('every panel', async () => (await page.locator('.unseen').count()) === 0);
      await settled(page);
      same(await page.locator('.fault').count(), 0, 'panels that failed');
      const empty = await page.locator('.placed:has(.state.empty)').count();
      check(all >= 8 || name === 'traces', `only ${all} panels`);
      check(all - empty >= all / 2, `${empty} of ${all} panels have nothing to draw`);
      await becomes(page, 'a drawn chart', painted);
    }));
}

/** Runs in the page: whether any canvas has a drawing. */
function painted() {
  return [...document.querySelectorAll('.drawing canvas')].some((it) => {
    const { width, height } = it;
    if (width === 0 || height === 0) return false;
    const { data } = it.getContext('2d').getImageData(0, 0, width, height);
    return data.some((value, at) => at % 4 === 3 && value > 0);
  });
}

test('a metric is found by a part of its name, and drawn', () =>
  withPage({}, async (page) => {
    await go(page, '/explore/metrics');
    await page.getByPlaceholder('find a metric').fill('node memavail');
    await page.getByRole('button', { name: /node_memory_MemAvailable_bytes/ }).click();
    await page.locator('.drawing canvas').first().waitFor();
    await becomes(page, 'a drawn chart', painted);
    check(page.url().includes('q=node_memory_MemAvailable_bytes'), `the query is not in the address: ${page.url()}`);
    await page.getByRole('group', { name: 'Values' }).getByText('node_memory_MemAvailable_bytes').waitFor();
    await shot(page, 'explore-metrics');
  }));

test('a query that Prometheus cannot read is answered with its reason', () =>
  withPage({ expected: true }, async (page) => {
    await go(page, '/explore/metrics?q=sum(');
    await page
      .locator('.fault')
      .getByText(/parse error/)
      .first()
      .waitFor();
  }));

test('logs are there, and fewer with a service', () =>
  withPage({}, async (page) => {
    await go(page, '/explore/logs');
    await page.locator('.lines .line').first().waitFor();
    await page.getByLabel('Service', { exact: true }).selectOption('kubelet');
    await until('only the kubelet', async () => {
      const services = await page.locator('.lines .service').allInnerTexts();
      return services.length > 0 && services.every((it) => it === 'kubelet');
    });
    check(page.url().includes('service=kubelet'), 'the service is not in the address');
    check((await page.locator('.histogram .bar').count()) > 0, 'no bar over time');
    await shot(page, 'explore-logs');
  }));

test('new log lines come by themselves', () =>
  withPage({}, async (page) => {
    await page.goto(`${BASE}/explore/logs?live=1`);
    // The API server's audit log has a line every few seconds.
    await page
      .locator('.lines .line')
      .first()
      .waitFor({ timeout: PATIENCE * 2 });
    await page.getByRole('button', { name: '■ Stop', exact: true }).click();
    await settled(page);
  }));

test('the event bus has its topics and consumer groups', () =>
  withPage({}, async (page) => {
    await go(page, '/events');
    await page.getByRole('region', { name: 'Topics' }).getByRole('link', { name: 'orders', exact: true }).waitFor();
    await page.getByRole('region', { name: 'Consumer groups' }).getByText('Stable').first().waitFor();
    same(await page.locator('.fault').count(), 0, 'panels that failed');
    await shot(page, 'events');
  }));

test('an alert has its rule, its figure over time and its runbook', () =>
  withPage({}, async (page) => {
    await go(page, '/alerts');
    await page.getByRole('region', { name: 'Rules' }).getByRole('link', { name: 'NodeMemoryPressure' }).click();
    await settled(page);
    await page.locator('.expression').getByText('instance:node_memory_available:ratio < 0.05').waitFor();
    await becomes(page, 'a drawn chart', painted);
    await page.locator('.runbook').getByText('evict pods').waitFor();
    await shot(page, 'alert');
  }));

test('any panel opens in Explore with its query', () =>
  withPage({}, async (page) => {
    await go(page, '/dashboards/node?start=30m');
    // The query of this panel has a variable that the chart replaces.
    await page.getByRole('link', { name: 'Open CPU by mode, cores in Explore' }).click();
    await settled(page);
    const address = new URL(page.url());
    same(address.pathname, '/explore/metrics', 'the page');
    const queries = address.searchParams.getAll('q');
    check(
      queries.length === 1 && queries[0].includes('node_cpu_seconds_total'),
      `the query is not taken along: ${address.search}`,
    );
    same(address.searchParams.get('start'), '30m', 'the time range');
    await becomes(page, 'a drawn chart', painted);
    same(await page.locator('.fault').count(), 0, 'panels that failed');
  }));

test('between two fixed moments, too, a refresh asks again', () =>
  withPage({}, async (page) => {
    const now = Date.now();
    for (const path of ['/alerts', '/dashboards/node']) {
      await go(page, `${path}?start=${now - 900_000}&end=${now}&refresh=0s`);
      let count = 0;
      const asked = (it) => (count += Number(it.url().includes('/proxy/')));
      page.on('request', asked);
      await page.getByRole('button', { name: 'Refresh now' }).click();
      await until(`a request of ${path}`, () => count > 0);
      page.off('request', asked);
    }
  }));

test('a link shows the same picture', async () => {
  const address = await withPage({}, async (page) => {
    await go(page, '/dashboards/cluster');
    await page.getByLabel('Time range', { exact: true }).selectOption('15m');
    await page.getByLabel('Refresh', { exact: true }).selectOption('0s');
    await page.getByLabel('Namespace', { exact: true }).selectOption('hello');
    await settled(page);
    return page.url();
  });
  for (const part of ['start=15m', 'refresh=0s', 'var-namespace=hello'])
    check(address.includes(part), `${part} is not in ${address}`);
  await withPage({}, async (page) => {
    const queries = [];
    page.on('request', (it) => it.url().includes('/query_range') && queries.push(it.postData() ?? ''));
    await go(page, address.replace(BASE, ''));
    same(await page.getByLabel('Namespace', { exact: true }).inputValue(), 'hello', 'the variable');
    same(await page.getByLabel('Time range', { exact: true }).inputValue(), '15m', 'the time range');
    same(page.url(), address, 'the address');
    check(
      queries.some((it) => it.includes(encodeURIComponent('"hello"'))),
      'no query has the variable in it',
    );
  });
});

test('how long it takes', async () => {
  const page = await open();
  try {
    let bytes = 0;
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    session.on('Network.loadingFinished', (it) => (bytes += it.encodedDataLength));
    const begin = Date.now();
    await page.goto(`${BASE}/`, { waitUntil: 'commit' });
    await page.getByRole('region', { name: 'Components', exact: true }).locator('tbody tr').first().waitFor();
    figure('overview usable, nothing stored before', Date.now() - begin, 'ms');
    const paint = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
    );
    figure('first paint', paint, 'ms');
    figure('overview, bytes on the wire', bytes / 1000, 'kB');
    await go(page, '/dashboards/cluster');
    figure('and a dashboard, bytes on the wire', bytes / 1000, 'kB');
  } finally {
    await page.context().close();
  }
});
