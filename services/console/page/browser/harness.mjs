// Runs the browser tests one after the other in one Chromium, and keeps account of what every page asked for and complained of.
import { mkdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const { env } = process;
export const BASE = (env.BASE ?? 'http://console.localhost:8080').replace(/\/$/, '');
/** Where screenshots go; none are made without. */
const SCREENSHOTS = env.SCREENSHOTS ?? '';
/** How long anything may take to appear. */
export const PATIENCE = Number(env.PATIENCE_SECONDS ?? 60) * 1000;
const CHROMIUM = env.CHROMIUM ?? '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const tests = [];
/** A promise of the page, as a sentence. */
export function test(sentence, body) {
  tests.push({ sentence, body });
}

/** Figures are printed, never judged. */
const figures = [];
export function figure(name, value, unit) {
  figures.push(`${name.padEnd(44)} ${String(Math.round(value)).padStart(8)} ${unit}`);
}

/** Every address that was asked for, and what was written to the console, of all pages together. */
export const asked = new Set();
export const complaints = [];

let browser;

/** A page of its own. While `expected` is given, its complaints are not counted. */
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

/** Whether a browser complains of a trace that Jaeger does not have yet, which the page asks for until it comes. */
function isOnItsWay(complaint) {
  return complaint.location().url.includes('/proxy/jaeger/api/v3/traces/') && complaint.text().includes('404');
}

/** Whether Chromium says that the machine has a new address, as with each pod that starts; the page asks once more. */
function isOfTheMachine(complaint) {
  return complaint.text().includes('net::ERR_NETWORK_CHANGED');
}

/** Asks a name below `localhost` on this machine. A browser knows such names, Node asks the system, which may not. */
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

/** `work` with a page that is closed afterwards, whatever happens. */
export async function withPage(options, work) {
  const page = await open(options);
  try {
    return await work(page);
  } catch (error) {
    await shot(page, `failed-${figures.length}-${Date.now()}`).catch(() => undefined);
    // A panel often knows better what went wrong; a page that hangs says nothing.
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

/** Nothing on the page is loading any more, and what is to be drawn is drawn. */
export async function settled(page) {
  await page.locator('main h1').waitFor();
  await becomes(page, 'a page that has loaded', () => {
    const waiting = document.querySelector('.state.loading, .panel[aria-busy="true"], .drawing[data-drawn="false"]');
    // What is in view and was not noticed yet is about to be drawn.
    const soon = [...document.querySelectorAll('.unseen')].some((it) => it.getBoundingClientRect().top < innerHeight);
    return !waiting && !soon && document.querySelector('main .panel') !== null;
  });
}

/** Waits for what `holds` in the page. NB: Playwright's own way of it is an `eval`, which the page's policy forbids. */
export async function becomes(page, what, holds) {
  await until(what, () => page.evaluate(holds).catch(() => false));
}

export async function shot(page, name) {
  if (SCREENSHOTS === '') return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

/** What axe calls serious or critical. */
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

/** The answer of `ask` as soon as it is a good one. */
export async function until(what, ask, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${patience / 1000} s`);
    // The condition is somebody else's to fulfil; there is nothing here to be told by.
    await new Promise((done) => setTimeout(done, 50));
  }
}

export function check(holds, message) {
  if (!holds) throw new Error(message);
}

export function same(found, wanted, what) {
  check(found === wanted, `${what}: found ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}

/** Runs all that `only` (a part of the sentence) fits, and says how it went. */
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
