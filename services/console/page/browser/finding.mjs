// Each test sends an order and finds its log line, trace or message by clicking, as a person would.
import { randomUUID } from 'node:crypto';
import { ask, BASE, check, go, same, settled, shot, test, until, withPage } from './harness.mjs';

const HELLO = process.env.HELLO ?? 'http://hello.localhost:8080';

/** Sends an order to hello through the ingress. */
async function order(id) {
  const { status } = await ask(`${HELLO}/events`, {
    method: 'POST',
    body: JSON.stringify({ id, symbol: 'ACME', side: 'buy', quantity: 5 }),
  });
  same(status, 202, "hello's answer");
}

test('a line that was just written is found, and leads to its trace and back to its lines', async () => {
  const id = `browser-${randomUUID()}`;
  await order(id);
  await withPage({}, async (page) => {
    await go(page, '/explore/logs?start=15m');
    const text = page.getByLabel('Text', { exact: true });
    await text.fill(id);
    await text.press('Enter');
    const line = page.locator('.lines .line').first();
    await found(page, line, 'the line of the order');
    await line.locator('button.message').click();
    await line.locator('.fields').getByText(id).first().waitFor();
    await shot(page, 'log-line');
    await line.getByRole('link', { name: 'trace', exact: true }).first().click();
    await spans(page, ['hello-publisher', 'hello-consumer']);
    await shot(page, 'trace');
    // The span of the line is selected already.
    await page.getByRole('link', { name: 'Logs of this span' }).click();
    await settled(page);
    await found(page, page.locator('.lines .line').first(), 'the lines of the span');
    check(page.url().includes('span='), 'the span is not in the address');
  });
});

test('a trace that was just made is found by its service', async () => {
  await withPage({}, async (page) => {
    await go(page, '/explore/traces?start=5m&service=hello-publisher');
    const first = page.getByRole('region', { name: 'Traces' }).locator('tbody tr').first().getByRole('link');
    const address = async () => ((await first.count()) > 0 ? first.getAttribute('href') : null);
    const before = await address();
    await order(`browser-${randomUUID()}`);
    await until('a trace that was not there before', async () => {
      await page.getByRole('button', { name: 'Refresh now' }).click();
      await settled(page);
      return (await address()) !== before;
    });
    await shot(page, 'explore-traces');
    await first.click();
    await spans(page, ['hello-publisher']);
    const pick = page.locator('.gantt .pick').first();
    await pick.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Attributes' }).waitFor();
    await page.getByRole('link', { name: 'Logs of this trace' }).click();
    await settled(page);
    check(page.url().includes('trace='), 'the trace is not in the address');
  });
});

test('a message that was just sent is found, decoded, and leads to its trace', async () => {
  const id = `browser-${randomUUID()}`;
  await order(id);
  await withPage({}, async (page) => {
    await go(page, '/events');
    await page.getByRole('link', { name: 'orders', exact: true }).first().click();
    await settled(page);
    const text = page.getByLabel('Text', { exact: true });
    await text.fill(id);
    await text.press('Enter');
    const message = page.locator('.messages .line', { hasText: id }).first();
    await found(page, message, 'the message');
    await until('no message without the id', async () => (await page.locator('.messages .line').count()) === 1);
    await message.locator('button.message').click();
    await message.locator('.fields pre').getByText(`"id": "${id}"`).waitFor();
    await message.locator('.fields').getByText('traceparent').waitFor();
    await shot(page, 'message');
    await message.getByRole('link', { name: 'trace', exact: true }).first().click();
    await spans(page, ['hello-publisher']);
  });
});

test('a message shows while the topic is watched', async () => {
  const id = `browser-${randomUUID()}`;
  await withPage({}, async (page) => {
    await page.goto(`${BASE}/events/orders`);
    await settled(page);
    await page.getByRole('button', { name: '▶ Live', exact: true }).click();
    await page.getByText('Waiting for the next message').waitFor();
    await until('the message', async () => {
      // The tail starts at the end of the topic at an unknown moment, so orders are sent until one shows.
      await order(id);
      return (await page.locator('.messages .line', { hasText: id }).count()) > 0;
    });
    await page.getByRole('button', { name: '■ Stop', exact: true }).click();
  });
});

/** Refreshes, as a person would, until `it` is there: new data takes a second or two. */
async function found(page, it, what) {
  await until(what, async () => {
    // The old result stays until the answer comes.
    await settled(page);
    if ((await it.count()) > 0) return true;
    await page.getByRole('button', { name: 'Refresh now' }).click();
    return false;
  });
  await it.waitFor();
}

/** Waits for spans of `services`; the page asks again for spans that arrive later. */
async function spans(page, services) {
  await until(`spans of ${services.join(' and ')}`, async () => {
    const names = await page.locator('.gantt .pick').allInnerTexts();
    return services.every((service) => names.some((it) => it.includes(service)));
  });
}
