// Jaeger: services, their operations, traces.
import { Failure, getJson } from './api';
import type { Span } from './time';
import { type OtlpSpan, type ResourceSpans, type Trace, type TracesData, tracesOf } from './traces';

const BASE = '/proxy/jaeger/api/v3';

export interface Search {
  /** Empty for all services. */
  service: string;
  operation: string;
  /** `100ms`, `1.5s`; empty for any. */
  minimum: string;
  maximum: string;
  errors: boolean;
  limit: number;
}

export async function services(signal?: AbortSignal): Promise<string[]> {
  const { services: found } = await getJson<{ services?: string[] }>(`${BASE}/services`, {}, signal);
  return (found ?? []).sort();
}

export async function operations(service: string, signal?: AbortSignal): Promise<string[]> {
  type Answer = { operations?: { name: string }[] };
  const { operations: found } = await getJson<Answer>(`${BASE}/operations`, { service }, signal);
  return [...new Set((found ?? []).map((it) => it.name))].sort();
}

export async function trace(id: string, signal?: AbortSignal): Promise<Trace> {
  const { result } = await getJson<{ result?: TracesData }>(`${BASE}/traces/${encodeURIComponent(id)}`, {}, signal);
  const [first] = tracesOf(result ?? {});
  if (!first)
    throw new Failure(
      `There is no trace ${id}.`,
      'Spans arrive a second or two after a request; old traces are removed.',
      404,
    );
  return first;
}

/** Jaeger searches one service at a time: a search of all services is one request for each. */
export async function find(search: Search, span: Span, signal?: AbortSignal): Promise<Trace[]> {
  const names = search.service === '' ? await services(signal) : [search.service];
  const answers = await Promise.all(names.map((it) => findIn(it, search, span, signal)));
  const all = new Map(answers.flat().map((it) => [it.id, it]));
  return [...all.values()].sort((a, b) => b.start - a.start).slice(0, search.limit);
}

/** NB: the older API. The search of /api/v3 has no tags, and answers 404 when it finds nothing. */
async function findIn(service: string, search: Search, span: Span, signal?: AbortSignal): Promise<Trace[]> {
  const params = {
    service,
    operation: search.operation,
    tags: search.errors ? '{"error":"true"}' : '',
    start: span.start.getTime() * 1000,
    end: span.end.getTime() * 1000,
    minDuration: search.minimum,
    maxDuration: search.maximum,
    limit: search.limit,
  };
  const { data } = await getJson<{ data: Older[] | null }>('/proxy/jaeger/api/traces', params, signal);
  return tracesOf(ofOlder(data ?? []));
}

type Tag = { key: string; value: unknown };
export interface Older {
  spans: {
    traceID: string;
    spanID: string;
    operationName: string;
    references?: { refType: string; spanID: string }[];
    /** Microseconds. */
    startTime: number;
    duration: number;
    tags?: Tag[];
    logs?: { timestamp: number; fields: Tag[] }[];
    processID: string;
  }[];
  processes: Record<string, { serviceName: string; tags?: Tag[] }>;
}

/** Jaeger's older form of a trace as OpenTelemetry's. */
export function ofOlder(traces: Older[]): TracesData {
  const attributes = (tags: Tag[] = []) =>
    tags.map(({ key, value }) => ({ key, value: { stringValue: String(value) } }));
  const text = (tags: Tag[] | undefined, key: string) => String(tags?.find((it) => it.key === key)?.value ?? '');
  const nanoseconds = (microseconds: number) => `${microseconds}000`;
  const resourceSpans = traces.flatMap(({ spans, processes }) =>
    spans.map((it): ResourceSpans => {
      const { serviceName, tags } = processes[it.processID] ?? { serviceName: 'unknown' };
      const span: OtlpSpan = {
        traceId: it.traceID,
        spanId: it.spanID,
        parentSpanId: it.references?.find((reference) => reference.refType === 'CHILD_OF')?.spanID,
        name: it.operationName,
        kind: text(it.tags, 'span.kind'),
        startTimeUnixNano: nanoseconds(it.startTime),
        endTimeUnixNano: nanoseconds(it.startTime + it.duration),
        attributes: attributes(it.tags),
        events: it.logs?.map((log) => ({
          timeUnixNano: nanoseconds(log.timestamp),
          name: text(log.fields, 'event'),
          attributes: attributes(log.fields),
        })),
        status: text(it.tags, 'error') === 'true' ? { code: 2, message: text(it.tags, 'otel.status_description') } : {},
      };
      return {
        resource: { attributes: attributes([{ key: 'service.name', value: serviceName }, ...(tags ?? [])]) },
        scopeSpans: [{ spans: [span] }],
      };
    }),
  );
  return { resourceSpans };
}
