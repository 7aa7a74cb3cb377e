import { describe, expect, it } from 'vitest';
import { ofOlder } from './jaeger';
import { type OtlpSpan, tracesOf } from './traces';

const BEGIN = 1_767_323_045_000;
function span(spanId: string, parentSpanId: string, from: number, to: number, more: Partial<OtlpSpan> = {}): OtlpSpan {
  const nano = (at: number) => `${BEGIN + Math.floor(at)}${String(Math.round((at % 1) * 1e6)).padStart(6, '0')}`;
  return {
    traceId: 't1',
    spanId,
    parentSpanId,
    name: spanId,
    kind: 2,
    startTimeUnixNano: nano(from),
    endTimeUnixNano: nano(to),
    ...more,
  };
}
function group(service: string, spans: OtlpSpan[]) {
  return {
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [{ spans }],
  };
}

describe('the tree of a trace', () => {
  const data = {
    resourceSpans: [
      group('consumer', [span('c', 'b', 8, 12.5, { status: { code: 2, message: 'broken' } })]),
      group('hello', [span('b', 'a', 2, 6), span('a', '', 0, 10), span('d', 'a', 1, 2, { kind: 'SPAN_KIND_CLIENT' })]),
    ],
  };

  it('has each span below its parent, in the order of their beginnings', () => {
    const [trace] = tracesOf(data);
    expect(trace?.spans.map((it) => [it.id, it.depth])).toEqual([
      ['a', 0],
      ['d', 1],
      ['b', 1],
      ['c', 2],
    ]);
    expect(trace?.root.service).toBe('hello');
  });

  it('is as long as all of it, also where a consumer ends after its root', () => {
    expect(tracesOf(data)[0]).toMatchObject({
      start: BEGIN,
      duration: 12.5,
      errors: 1,
      services: ['hello', 'consumer'],
    });
  });

  it('says what went wrong, and of what kind a span is', () => {
    const spans = tracesOf(data)[0]?.spans;
    expect(spans?.[3]).toMatchObject({ error: true, message: 'broken', kind: 'server' });
    expect(spans?.[1]).toMatchObject({ error: false, kind: 'client' });
  });

  it('leaves out a trace whose spans are below each other', () => {
    expect(tracesOf({ resourceSpans: [group('x', [span('a', 'b', 0, 1), span('b', 'a', 0, 1)])] })).toEqual([]);
  });

  it('shows a span whose parent never came', () => {
    const [trace] = tracesOf({ resourceSpans: [group('x', [span('orphan', 'gone', 0, 1)])] });
    expect(trace?.spans.map((it) => it.id)).toEqual(['orphan']);
  });

  it('has a span once, however often it was sent', () => {
    const twice = [...data.resourceSpans, ...data.resourceSpans];
    expect(tracesOf({ resourceSpans: twice })[0]?.spans).toHaveLength(4);
  });
});

it('parts of a millisecond are kept', () => {
  const [trace] = tracesOf({ resourceSpans: [group('x', [span('a', '', 0.25, 0.75)])] });
  expect(trace?.duration).toBeCloseTo(0.5, 3);
});

it('the newest trace comes first, and attributes of every type are text', () => {
  const attributes = [
    { key: 'z', value: { arrayValue: { values: [{ intValue: '1' }, { boolValue: false }] } } },
    { key: 'a', value: { kvlistValue: { values: [{ key: 'k', value: { doubleValue: 0.5 } }] } } },
  ];
  const traces = tracesOf({
    resourceSpans: [group('x', [span('a', '', 0, 1), span('b', '', 50, 51, { traceId: 't2', attributes })])],
  });
  expect(traces.map((it) => it.id)).toEqual(['t2', 't1']);
  expect(traces[0]?.spans[0]?.attributes).toEqual([
    ['a', '{"k":"0.5"}'],
    ['z', '[1, false]'],
  ]);
});

it("Jaeger's own form is read as the same", () => {
  const span = (spanID: string, parent: string, tags: { key: string; value: unknown }[]) => ({
    traceID: 't',
    spanID,
    operationName: 'POST',
    references: parent === '' ? [] : [{ refType: 'CHILD_OF', spanID: parent }],
    startTime: BEGIN * 1000,
    duration: 1500,
    tags,
    processID: 'p1',
  });
  const failed = [
    { key: 'error', value: true },
    { key: 'otel.status_description', value: 'broken' },
    { key: 'span.kind', value: 'server' },
  ];
  const [trace] = tracesOf(
    ofOlder([{ spans: [span('b', 'a', failed), span('a', '', [])], processes: { p1: { serviceName: 'hello' } } }]),
  );
  expect(trace?.spans.map((it) => [it.id, it.depth, it.error, it.message, it.service])).toEqual([
    ['a', 0, false, '', 'hello'],
    ['b', 1, true, 'broken', 'hello'],
  ]);
  expect(trace?.duration).toBe(1.5);
});
