// While a backend is down, its panels say so, the rest of the page works, and the panels recover.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { go, PATIENCE, same, shot, test, until, withPage } from './harness.mjs';

const KUBECTL = process.env.KUBECTL ?? '';
const [program, ...first] = KUBECTL.split(' ').filter(Boolean);

async function kubectl(...rest) {
  const { stdout } = await promisify(execFile)(program, [...first, '-n', 'observability', ...rest], {
    timeout: 180_000,
  });
  return stdout;
}

async function replicas(count) {
  await kubectl('scale', 'statefulset/victorialogs', `--replicas=${count}`);
  if (count > 0) await kubectl('rollout', 'status', 'statefulset/victorialogs', '--timeout=170s');
  else await kubectl('wait', '--for=delete', 'pod/victorialogs-0', '--timeout=170s');
}

if (KUBECTL !== '') {
  test('a log store that is away shows its error, leaves the page whole, and recovers', async () => {
    await withPage({ expected: true }, async (page) => {
      await go(page, '/explore/logs?refresh=5s');
      await page.locator('.lines .line').first().waitFor();
      try {
        await replicas(0);
        await page
          .locator('.fault')
          .getByText(/victorialogs/i)
          .first()
          .waitFor({ timeout: PATIENCE * 3 });
        await shot(page, 'backend-down');
        same(await page.locator('nav[aria-label="Pages"] a').count(), 5, 'links to pages');
        await page.getByRole('link', { name: 'Overview' }).click();
        await page
          .getByRole('region', { name: 'Components', exact: true })
          .getByRole('link', { name: 'prometheus', exact: true })
          .waitFor();
        await go(page, '/dashboards/logs?refresh=5s');
        await page.locator('.fault').first().waitFor();
        // Panels with Prometheus' data are further down on the same dashboard.
        await page.locator('.placed').last().scrollIntoViewIfNeeded();
        await page.locator('.drawing canvas').first().waitFor();
        await go(page, '/explore/logs?refresh=5s').catch(() => undefined);
      } finally {
        await replicas(1);
      }
      await until(
        'lines again',
        async () => (await page.locator('.lines .line').count()) > 0 && (await page.locator('.fault').count()) === 0,
        PATIENCE * 4,
      );
    });
  });
}
