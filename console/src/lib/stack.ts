// What the console's own server knows of the stack, the event bus and the dashboards.
import { getJson, search } from './api';

export interface Component {
  name: string;
  namespace: string | null;
  kind: 'Process' | 'Deployment' | 'StatefulSet' | 'DaemonSet';
  state: 'ready' | 'starting' | 'failed' | 'unknown';
  reason: string | null;
  memory_bytes: number | null;
  restarts: number | null;
  since: string | null;
}
export interface Components {
  components: Component[];
  unavailable: { source: string; error: string }[];
}

const ORDER: Component['state'][] = ['failed', 'starting', 'unknown', 'ready'];

/** What needs looking at first, then the node's processes, then by namespace and name. */
export function ordered(components: Component[]): Component[] {
  const key = (it: Component) => `${ORDER.indexOf(it.state)} ${it.namespace ?? ''} ${it.name}`;
  return [...components].sort((a, b) => key(a).localeCompare(key(b), 'en'));
}

export const components = (signal?: AbortSignal) => getJson<Components>('/api/components', {}, signal);

export interface Check {
  requirement: string;
  name: string;
  passed: boolean;
  measured: string;
  bound: string;
}
export interface Validation {
  finished: string;
  checks: Check[];
  passed: number;
  failed: number;
}
export const validation = (signal?: AbortSignal) => getJson<Validation | null>('/api/validation', {}, signal);

export interface KubernetesEvent {
  time: string;
  type: 'Normal' | 'Warning';
  reason: string;
  kind: string;
  namespace: string;
  name: string;
  message: string;
  count: number;
}
export const changes = (signal?: AbortSignal) => getJson<{ changes: KubernetesEvent[] }>('/api/changes', {}, signal);

export interface Topic {
  name: string;
  internal: boolean;
  partitions: { id: number; low: number; high: number; size_bytes: number | null }[];
  size_bytes: number | null;
  messages_per_second: number | null;
  retention_ms: number | null;
  retention_bytes: number | null;
  cleanup_policy: string;
}
export const topics = (signal?: AbortSignal) => getJson<{ topics: Topic[] }>('/api/topics', {}, signal);

export interface Group {
  name: string;
  state: string;
  members: number;
  lag: number;
  partitions: { topic: string; partition: number; committed: number | null; high: number; lag: number | null }[];
}
export const groups = (signal?: AbortSignal) => getJson<{ groups: Group[] }>('/api/groups', {}, signal);

/** What Kafka carries is bytes: text where it is text. */
export type Content = { text: string } | { base64: string } | null;
export interface Message {
  partition: number;
  offset: number;
  time: string;
  key: Content;
  value: Content;
  truncated: boolean;
  headers: { name: string; value: Content }[];
}
export interface Messages {
  messages: Message[];
  scanned: number;
  complete: boolean;
}
export interface Browse {
  partition: string;
  offset: string;
  time: string;
  key: string;
  text: string;
  limit: number;
}

export function messages(topic: string, browse: Browse, signal?: AbortSignal): Promise<Messages> {
  const { partition, offset, time, ...rest } = browse;
  const at = time === '' ? '' : new Date(time).toISOString();
  // An offset is one of a partition's.
  const params = { partition, offset: partition === '' ? '' : offset, time: offset === '' || partition === '' ? at : '', ...rest };
  return getJson<Messages>(`/api/topics/${encodeURIComponent(topic)}/messages`, params, signal);
}

export function tailAddress(topic: string, partition: string): string {
  return `/api/topics/${encodeURIComponent(topic)}/tail${search({ partition })}`;
}

export function contentText(content: Content): string {
  if (content === null) return '';
  return 'text' in content ? content.text : content.base64;
}

/** The trace that a message belongs to, by its W3C header. */
export function traceOf(message: Message): string {
  const header = message.headers.find((it) => it.name.toLowerCase() === 'traceparent');
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(header ? contentText(header.value) : '')?.[1] ?? '';
}

export interface DashboardName {
  name: string;
  title: string;
}
export const dashboards = (signal?: AbortSignal) => getJson<{ dashboards: DashboardName[] }>('/api/dashboards', {}, signal);
