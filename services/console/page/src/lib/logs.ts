// VictoriaLogs: lines, their number over time, and a live tail.
import { getJson, type Params, postForm, postJson, search, stream } from './api';
import { LEVEL, SERVICE, UNSPECIFIED } from './logsql';
import type { Span } from './time';

const BASE = '/proxy/victorialogs/select/logsql';

export interface Line {
  /** Unique among the lines on the page. */
  id: string;
  time: string;
  message: string;
  service: string;
  /** Empty for a line without a level. */
  level: string;
  trace: string;
  span: string;
  fields: Record<string, string>;
}

export function lineOf(json: string): Line {
  const parsed = JSON.parse(json) as Record<string, unknown>;
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed))
    fields[name] = typeof value === 'string' ? value : JSON.stringify(value);
  return lineOfFields(fields);
}

export function lineOfFields(fields: Record<string, string>, at = 0): Line {
  const { _time: time = '', _msg: message = '', _stream_id: stream = '' } = fields;
  return {
    id: `${time} ${stream} ${message}${at === 0 ? '' : ` ${at}`}`,
    time,
    message,
    service: fields[SERVICE] ?? '',
    level: levelOf(fields),
    trace: fields.trace_id ?? '',
    span: fields.span_id ?? '',
    fields,
  };
}

function levelOf(fields: Record<string, string>): string {
  const level = fields[LEVEL] ?? '';
  return level === UNSPECIFIED ? '' : level;
}

/** The lines in `text`, one JSON object each; the newest first, each with a unique id. */
export function linesOf(text: string): Line[] {
  const lines = text
    .split('\n')
    .filter((it) => it !== '')
    .map(lineOf);
  lines.sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
  const seen = new Map<string, number>();
  return lines.map((it) => {
    const count = seen.get(it.id) ?? 0;
    seen.set(it.id, count + 1);
    return count === 0 ? it : { ...it, id: `${it.id} ${count}` };
  });
}

function between(span: Span): Params {
  return { start: span.start.toISOString(), end: span.end.toISOString() };
}

/** The newest `limit` lines that `query` finds. */
export async function lines(query: string, span: Span, limit: number, signal?: AbortSignal): Promise<Line[]> {
  const answer = await postForm(`${BASE}/query`, { query, limit, ...between(span) }, signal);
  return linesOf(await answer.text());
}

export interface Hits {
  level: string;
  counts: Map<number, number>;
}

/** The number of lines in each step, by level. */
export async function hits(query: string, span: Span, step: number, signal?: AbortSignal): Promise<Hits[]> {
  type Answer = { hits: { fields: Record<string, string>; timestamps: string[]; values: number[] }[] };
  const answer = await postJson<Answer>(
    `${BASE}/hits`,
    { query, step: `${step}ms`, field: LEVEL, ...between(span) },
    signal,
  );
  return answer.hits.map((it) => ({
    level: levelOf(it.fields),
    counts: new Map(it.timestamps.map((time, at) => [Date.parse(time), it.values[at] ?? 0])),
  }));
}

/** The values of `field` in the lines of `query`, the most frequent first. */
export async function values(field: string, query: string, span: Span, signal?: AbortSignal): Promise<string[]> {
  type Answer = { values: { value: string; hits: number }[] };
  const answer = await getJson<Answer>(`${BASE}/field_values`, { field, query, limit: 500, ...between(span) }, signal);
  return answer.values.map((it) => it.value).filter((it) => it !== '');
}

/** Calls `each` with new lines until `signal` ends it. */
export function tail(query: string, each: (lines: Line[]) => void, signal: AbortSignal): Promise<void> {
  // `query` has filters only: a tail never ends, so pipes that count or sort would never answer.
  return stream(`${BASE}/tail${search({ query })}`, '\n', (text) => each(linesOf(text)), signal);
}
