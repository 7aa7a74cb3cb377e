// Runs the browser tests one by one in one Chromium, and records the requests and errors of every page.
import { mkdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const { env } = process;
export const BASE = (env.BASE ?? 'http://console.localhost:8080').replace(/\/$/, '');
/** The folder for screenshots; empty for none. */
const SCREENSHOTS = env.SCREENSHOTS ?? '';
/** How long anything may take to appear, in milliseconds. */
export const PATIENCE = Number(env.PATIENCE_SECONDS ?? 60) * 1000;
const CHROMIUM = env.CHROMIUM ?? '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const tests = [];
/** Registers a test, named by a sentence. */
export function test(sentence, body) {
  tests.push({ sentence, body });
}

/** Figures are printed and have no bound. */
const figures = [];
export function figure(name, value, unit) {
  figures.push(`${name.padEnd(44)} ${String(Math.round(value)).padStart(8)} ${unit}`);
}

/** The addresses of all requests, and the errors in the browser's console, of all pages. */
export const asked = new Set();
export const complaints = [];

let browser;

/** Opens a page with its own context. `expected` errors are left out of `complaints`. */
export async function open({ width = 1280, mode = 'light', expected = false } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 844 : 900 },
    colorScheme: mode,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  page.on('request', (it) => asked.add(it.url()));
  page.on(
    'console',
    (it) =>
      it.type() === 'error' &&
      !expected &&
      !isOnItsWay(it) &&
      !isOfTheMachine(it) &&
      complaints.push(`${page.url()}: ${it.text()}`),
  );
  page.on('pageerror', (it) => complaints.push(`${page.url()}: ${it.message}`));
  return page;
}

/** Whether an error is about a trace that Jaeger lacks so far, which the page asks for again. */
function isOnItsWay(complaint) {
  return complaint.location().url.includes('/proxy/jaeger/api/v3/traces/') && complaint.text().includes('404');
}

/** Whether an error is Chromium's for a new address of the machine, as each pod brings; the page asks once more. */
function isOfTheMachine(complaint) {
  return complaint.text().includes('net::ERR_NETWORK_CHANGED');
}

/** Asks a name below `localhost` on this machine. Browsers resolve such names; Node's resolver may fail. */
export function ask(address, { method = 'GET', body = '' } = {}) {
  const { host, port, pathname } = new URL(address);
  const headers = { host, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((done, failed) => {
    const sent = request({ host: '127.0.0.1', port: port || '80', path: pathname, method, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (it) => (text += it));
      answer.on('end', () => done({ status: answer.statusCode, text }));
    });
    sent.on('error', failed);
    sent.end(body);
  });
}

/** Runs `work` with a page that is closed afterwards, also after an error. */
export async function withPage(options, work) {
  const page = await open(options);
  try {
    return await work(page);
  } catch (error) {
    await shot(page, `failed-${figures.length}-${Date.now()}`).catch(() => undefined);
    // The panels often name the cause; a page that hangs is given five seconds.
    const panels = page
      .locator('.fault')
      .allInnerTexts()
      .catch(() => []);
    const said = await Promise.race([panels, new Promise((done) => setTimeout(done, 5000, []))]);
    throw new Error([error.message, ...said].join('\n'));
  } finally {
    await page.context().close();
  }
}

export async function go(page, path) {
  await page.goto(`${BASE}${path}`, { waitUntil: 'domcontentloaded' });
  await settled(page);
}

/** Waits until every panel in view has loaded and is drawn. */
export async function settled(page) {
  await page.locator('main h1').waitFor();
  await becomes(page, 'a page that has loaded', () => {
    const waiting = document.querySelector('.state.loading, .panel[aria-busy="true"], .drawing[data-drawn="false"]');
    // A panel that came into view just now is about to load.
    const soon = [...document.querySelectorAll('.unseen')].some((it) => it.getBoundingClientRect().top < innerHeight);
    return !waiting && !soon && document.querySelector('main .panel') !== null;
  });
}

/** Waits until `holds` is true in the page. NB: the page's policy forbids `eval`, which Playwright's own wait uses. */
export async function becomes(page, what, holds) {
  await until(what, () => page.evaluate(holds).catch(() => false));
}

export async function shot(page, name) {
  if (SCREENSHOTS === '') return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

/** The violations that axe calls serious or critical. */
export async function faults(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return violations
    .filter((it) => ['serious', 'critical'].includes(it.impact))
    .map(
      (it) =>
        `${it.id} (${it.impact}): ${it.nodes
          .slice(0, 3)
          .map((node) => node.html.slice(0, 160))
          .join(' … ')}`,
    );
}

/** The first truthy answer of `ask`. */
export async function until(what, ask, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${patience / 1000} s`);
    // The condition is outside this program and sends no event, so it is polled.
    await new Promise((done) => setTimeout(done, 50));
  }
}

export function check(holds, message) {
  if (!holds) throw new Error(message);
}

export function same(found, wanted, what) {
  check(found === wanted, `${what}: found ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}

/** Runs the tests whose sentence contains `only`, and prints the results. */
export async function run(only = '') {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  let [passed, failed] = [0, 0];
  try {
    for (const { sentence, body } of tests.filter((it) => it.sentence.includes(only))) {
      const begin = Date.now();
      try {
        await body();
        passed += 1;
        console.log(`ok      ${sentence} (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
      } catch (error) {
        failed += 1;
        console.log(
          `FAILED  ${sentence}\n        ${String(error?.message ?? error)
            .split('\n')
            .join('\n        ')}`,
        );
      }
    }
  } finally {
    await browser.close();
  }
  if (figures.length > 0) console.log(`\n${figures.join('\n')}\n`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}
