// @vitest-environment jsdom
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { Failure, getJson, reasonOf } from '../lib/api';
import { Boundary } from './Boundary';
import { Answered, Panel } from './Panel';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Part({ ask }: { ask: () => Promise<string[]> }) {
  const query = useQuery(['part'], ask, { retry: false });
  return (
    <Panel title="Part">
      <Answered query={query} isEmpty={(it) => it.length === 0} empty="Nothing yet.">
        {(it) => <p>{it.join()}</p>}
      </Answered>
    </Panel>
  );
}

function show(ask: () => Promise<string[]>) {
  const client = new QueryClient({ logger: { log() {}, warn() {}, error() {} } });
  render(
    <QueryClientProvider client={client}>
      <Part ask={ask} />
    </QueryClientProvider>,
  );
}

it('a panel loads, then shows what came', async () => {
  show(async () => ['a', 'b']);
  expect(screen.getByRole('status').textContent).toContain('Loading');
  await screen.findByText('a,b');
});

it('a panel with nothing in it says so', async () => {
  show(async () => []);
  await screen.findByText('Nothing yet.');
});

it('a panel whose backend is down says why, what to do, and is there again when it is asked again', async () => {
  let down = true;
  show(async () => {
    if (down) throw new Failure('victorialogs does not answer', 'nix run .#logs -- victorialogs', 502);
    return ['back'];
  });
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('victorialogs does not answer');
  expect(alert.textContent).toContain('nix run .#logs');
  down = false;
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await screen.findByText('back');
});

it('a reason stays to be read while it is asked again', async () => {
  let answer: (it: string[]) => void = () => undefined;
  const later = new Promise<string[]>((it) => {
    answer = it;
  });
  const answers = [Promise.reject(new Failure('away')), later];
  show(() => answers.shift() ?? later);
  await screen.findByRole('alert');
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(answers).toHaveLength(0));
  expect(screen.getByRole('alert').textContent).toContain('away');
  answer(['back']);
  await screen.findByText('back');
  expect(screen.queryByRole('alert')).toBeNull();
});

function Gone(): never {
  throw new TypeError('Failed to fetch dynamically imported module: /assets/Logs-old.js');
}

it('a part of the page that was replaced meanwhile is got by loading the page', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  render(
    <Boundary>
      <Gone />
    </Boundary>,
  );
  expect(screen.getByRole('alert').textContent).toContain('could not be loaded');
});

function Broken(): never {
  throw new Error('no such figure');
}

it('what breaks while it is drawn leaves the rest of the page alone', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  render(
    <>
      <p>beside it</p>
      <Boundary>
        <Broken />
      </Boundary>
    </>,
  );
  expect(screen.getByRole('alert').textContent).toContain('no such figure');
  expect(screen.getByText('beside it')).toBeTruthy();
});

it.each([
  ['{"error":"prometheus does not answer: refused","hint":"look"}', ['prometheus does not answer: refused', 'look']],
  ['{"status":"error","errorType":"bad_data","error":"parse error"}', ['parse error', null]],
  ['{"error":{"httpCode":404,"message":"No traces found"}}', ['No traces found', null]],
  [
    '{"data":null,"errors":[{"code":400,"msg":"parameter service is required"}]}',
    ['parameter service is required', null],
  ],
  ['cannot parse query\nmore', ['cannot parse query', null]],
  ['', ['The answer was an error (HTTP 503).', null]],
])('the reason is found in %s', (text, reason) => {
  expect(reasonOf(text, 503)).toEqual(reason);
});

it('no answer at all is a failure with a hint', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await waitFor(() =>
    expect(getJson('/api/components')).rejects.toMatchObject({
      name: 'Failure',
      status: 0,
      hint: expect.stringContaining('status') as string,
    }),
  );
});
