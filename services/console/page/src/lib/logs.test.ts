import { expect, it, vi } from 'vitest';
import { cut } from './api';
import { type Line, linesOf, tail } from './logs';

const text = [
  '{"_time":"2026-01-02T03:04:05.1Z","_msg":"first","service.name":"hello","severity_text":"info","trace_id":"ab","span_id":"cd"}',
  '{"_time":"2026-01-02T03:04:06Z","_msg":"second","n":3}',
  '{"_time":"2026-01-02T03:04:06Z","_msg":"second","n":3}',
].join('\n');

it('lines are read as their fields, the newest first', () => {
  const lines = linesOf(text);
  expect(lines.map((it) => it.message)).toEqual(['second', 'second', 'first']);
  expect(lines[2]).toMatchObject({ service: 'hello', level: 'info', trace: 'ab', span: 'cd' });
  expect(lines[0]?.fields.n).toBe('3');
});

it('a line that says no level has none', () => {
  const [line] = linesOf('{"_time":"2026-01-02T03:04:06Z","_msg":"third","severity_text":"unspecified"}');
  expect(line?.level).toBe('');
});

it('two lines that are the same are two', () => {
  expect(new Set(linesOf(text).map((it) => it.id)).size).toBe(3);
});

it('a line that comes in two pieces is whole', async () => {
  const bytes = new TextEncoder().encode(`${text}\n`);
  const body = new ReadableStream({
    start(stream) {
      stream.enqueue(bytes.slice(0, 50));
      stream.enqueue(bytes.slice(50, 200));
      stream.enqueue(bytes.slice(200));
      stream.close();
    },
  });
  vi.stubGlobal('fetch', async () => new Response(body));
  const seen: Line[] = [];
  await tail('*', (lines) => seen.push(...lines), new AbortController().signal);
  vi.unstubAllGlobals();
  expect(seen.map((it) => it.message).sort()).toEqual(['first', 'second', 'second']);
});

it('what is not finished waits', () => {
  expect(cut('a\nb\nc', '\n')).toEqual(['a\nb', 'c']);
  expect(cut('abc', '\n')).toEqual(['', 'abc']);
});
