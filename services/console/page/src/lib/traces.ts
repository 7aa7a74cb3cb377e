// Traces as trees of spans, read from OpenTelemetry's JSON as Jaeger's /api/v3 sends it.

export type Value = {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string | number;
  doubleValue?: number;
  arrayValue?: { values?: Value[] };
  kvlistValue?: { values?: Attribute[] };
  bytesValue?: string;
};
export type Attribute = { key: string; value?: Value };
export interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind?: number | string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: Attribute[];
  events?: { timeUnixNano: string; name: string; attributes?: Attribute[] }[];
  status?: { code?: number | string; message?: string };
}
export interface ResourceSpans {
  resource?: { attributes?: Attribute[] };
  scopeSpans?: { scope?: { name?: string }; spans?: OtlpSpan[] }[];
}
export interface TracesData {
  resourceSpans?: ResourceSpans[];
}

export interface SpanNode {
  id: string;
  parent: string;
  name: string;
  service: string;
  kind: string;
  /** In milliseconds since 1970, with fractions. */
  start: number;
  duration: number;
  error: boolean;
  message: string;
  attributes: [string, string][];
  resource: [string, string][];
  events: { time: number; name: string; attributes: [string, string][] }[];
  children: SpanNode[];
  depth: number;
}

export interface Trace {
  id: string;
  /** Stands for the whole trace in a list. */
  root: SpanNode;
  /** All of them, each after its parent. */
  spans: SpanNode[];
  start: number;
  duration: number;
  services: string[];
  errors: number;
}

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

/** Every trace in `data`, the newest first. */
export function tracesOf(data: TracesData): Trace[] {
  const spans = new Map<string, Map<string, SpanNode>>();
  for (const group of data.resourceSpans ?? []) {
    const resource = plain(group.resource?.attributes);
    const service = resource.find(([key]) => key === 'service.name')?.[1] ?? 'unknown';
    for (const raw of group.scopeSpans?.flatMap((it) => it.spans ?? []) ?? []) {
      const trace = spans.get(raw.traceId) ?? new Map<string, SpanNode>();
      // A batch that was sent twice has its spans twice.
      trace.set(raw.spanId, nodeOf(raw, service, resource));
      spans.set(raw.traceId, trace);
    }
  }
  return [...spans].flatMap(([id, nodes]) => treeOf(id, nodes) ?? []).sort((a, b) => b.start - a.start);
}

function nodeOf(raw: OtlpSpan, service: string, resource: [string, string][]): SpanNode {
  const start = milliseconds(raw.startTimeUnixNano);
  return {
    id: raw.spanId,
    parent: raw.parentSpanId ?? '',
    name: raw.name,
    service,
    kind:
      typeof raw.kind === 'string' ? raw.kind.replace('SPAN_KIND_', '').toLowerCase() : (KINDS[raw.kind ?? 0] ?? ''),
    start,
    duration: Math.max(0, milliseconds(raw.endTimeUnixNano) - start),
    error: raw.status?.code === 2 || raw.status?.code === 'STATUS_CODE_ERROR',
    message: raw.status?.message ?? '',
    attributes: plain(raw.attributes),
    resource,
    events: (raw.events ?? []).map((it) => ({
      time: milliseconds(it.timeUnixNano),
      name: it.name,
      attributes: plain(it.attributes),
    })),
    children: [],
    depth: 0,
  };
}

/** Null for a trace without a root, whose spans are all below each other. */
function treeOf(id: string, nodes: Map<string, SpanNode>): Trace | null {
  const roots: SpanNode[] = [];
  for (const node of nodes.values()) {
    const parent = nodes.get(node.parent);
    // A span whose parent is missing, still or for ever, is a root.
    if (parent && parent !== node) parent.children.push(node);
    else roots.push(node);
  }
  const spans: SpanNode[] = [];
  const visit = (found: SpanNode[], depth: number) => {
    found.sort((a, b) => a.start - b.start);
    for (const node of found) {
      node.depth = depth;
      spans.push(node);
      visit(node.children, depth + 1);
    }
  };
  visit(roots, 0);
  const [root] = roots;
  if (!root) return null;
  const start = Math.min(...spans.map((it) => it.start));
  const end = Math.max(...spans.map((it) => it.start + it.duration));
  const services = [...new Set(spans.map((it) => it.service))];
  return { id, root, spans, start, duration: end - start, services, errors: spans.filter((it) => it.error).length };
}

/** Split before it becomes a number, which cannot hold nanoseconds since 1970 exactly. */
function milliseconds(nanoseconds: string): number {
  const digits = nanoseconds.padStart(7, '0');
  return Number(digits.slice(0, -6)) + Number(digits.slice(-6)) / 1e6;
}

function plain(attributes: Attribute[] | undefined): [string, string][] {
  const pairs = (attributes ?? []).map(({ key, value }): [string, string] => [key, textOf(value)]);
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1));
}

function textOf(value: Value | undefined): string {
  if (value === undefined) return '';
  if (value.arrayValue) return `[${(value.arrayValue.values ?? []).map(textOf).join(', ')}]`;
  if (value.kvlistValue) return JSON.stringify(Object.fromEntries(plain(value.kvlistValue.values)));
  const known = value.stringValue ?? value.boolValue ?? value.intValue ?? value.doubleValue ?? value.bytesValue;
  return known === undefined ? '' : String(known);
}
