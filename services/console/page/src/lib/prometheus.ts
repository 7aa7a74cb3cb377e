// Prometheus for the page's own parts; charts ask through Perses, see perses/store.ts.
import { Failure, getJson, postJson } from './api';
import type { Span } from './time';

const BASE = '/proxy/prometheus/api/v1';

type Envelope<T> = { status: 'success' | 'error'; data: T; error?: string };

async function unwrap<T>(answer: Promise<Envelope<T>>): Promise<T> {
  const { status, data, error } = await answer;
  if (status !== 'success') throw new Failure(error ?? 'Prometheus gave no reason.');
  return data;
}

export interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  state: 'firing' | 'pending' | 'inactive';
  activeAt?: string;
  value: string;
}
export interface Rule {
  type: 'alerting' | 'recording';
  name: string;
  query: string;
  duration?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  alerts?: Alert[];
  state?: Alert['state'];
  health: string;
  lastError?: string;
}
export interface Group {
  name: string;
  file: string;
  rules: Rule[];
}

export async function rules(signal?: AbortSignal): Promise<Group[]> {
  return (await unwrap(getJson<Envelope<{ groups: Group[] }>>(`${BASE}/rules`, {}, signal))).groups;
}

export interface Sample {
  metric: Record<string, string>;
  value?: [number, string];
}

/** The interval variables of a chart. Outside a chart they stand for four scrapes. */
const INTERVAL = /\$(?:__(?:rate_)?interval\b|\{__(?:rate_)?interval\})/g;

/** The value of `query` at `time`; a scalar is one sample without labels. */
export async function instant(query: string, time: Date, signal?: AbortSignal): Promise<Sample[]> {
  type Data = { resultType: string; result: Sample[] | [number, string] };
  const data = await unwrap(
    postJson<Envelope<Data>>(
      `${BASE}/query`,
      { query: query.replace(INTERVAL, '1m'), time: time.getTime() / 1000 },
      signal,
    ),
  );
  if (data.resultType === 'scalar' || data.resultType === 'string')
    return [{ metric: {}, value: data.result as [number, string] }];
  return data.result as Sample[];
}

/** The names of all metrics. */
export async function metrics(span: Span, signal?: AbortSignal): Promise<string[]> {
  const params = { start: span.start.getTime() / 1000, end: span.end.getTime() / 1000 };
  return unwrap(getJson<Envelope<string[]>>(`${BASE}/label/__name__/values`, params, signal));
}

export interface Metadata {
  type: string;
  help: string;
}

export async function metadata(signal?: AbortSignal): Promise<Record<string, Metadata[]>> {
  return unwrap(getJson<Envelope<Record<string, Metadata[]>>>(`${BASE}/metadata`, {}, signal));
}

/** `up{job="x"}`, as Prometheus writes it. */
export function seriesName(metric: Record<string, string>): string {
  const { __name__: name = '', ...labels } = metric;
  const inner = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return inner.length > 0 || name === '' ? `${name}{${inner.join(', ')}}` : name;
}
