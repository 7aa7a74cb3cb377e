import { describe, expect, it } from 'vitest';
import { logsql, NOTHING, quoted, splitPipes } from './logsql';

const of = (some: Partial<typeof NOTHING>) => logsql({ ...NOTHING, ...some });

describe('the query of filters', () => {
  it('without any is everything', () => expect(of({})).toBe('*'));

  it('looks up streams by their fields', () => {
    expect(of({ namespace: 'hello', service: 'hello-consumer' })).toBe(
      '{"k8s.namespace.name"="hello","service.name"="hello-consumer"}',
    );
  });

  it('takes a level and what is worse', () => {
    expect(of({ level: 'warn' })).toBe('severity_text:in("warn","error","fatal")');
    expect(of({ level: 'fatal' })).toBe('severity_text:="fatal"');
    expect(of({ level: 'odd' })).toBe('severity_text:="odd"');
  });

  it('finds each word in any case, and a phrase as a whole', () => {
    expect(of({ text: 'Order "not taken"' })).toBe('*:~"(?i)Order" *:~"(?i)not taken"');
  });

  it('takes what is typed as text, not as syntax', () => {
    expect(of({ text: 'a.*(b)' })).toBe('*:~"(?i)a\\\\.\\\\*\\\\(b\\\\)"');
    expect(quoted('a" or "b')).toBe('"a\\" or \\"b"');
  });

  it('finds the lines of a trace and of a span', () => {
    expect(of({ trace: 'ab', span: 'cd' })).toBe('trace_id:="ab" span_id:="cd"');
  });

  it("keeps the person's own query together, and its pipes behind everything", () => {
    expect(of({ query: 'a or b' })).toBe('a or b');
    expect(of({ service: 'x', query: 'a or b | stats count()' })).toBe('{"service.name"="x"} (a or b) | stats count()');
    expect(of({ service: 'x', query: '* | limit 1' })).toBe('{"service.name"="x"} | limit 1');
  });
});

it('a pipe within quotation marks or brackets is none', () => {
  expect(splitPipes('"a|b" (c | d) {x="|"} | sort by (_time) | limit 2')).toEqual([
    '"a|b" (c | d) {x="|"}',
    'sort by (_time)',
    'limit 2',
  ]);
  expect(splitPipes('"a\\"|b" | limit 1')).toEqual(['"a\\"|b"', 'limit 1']);
});
