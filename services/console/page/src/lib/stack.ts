// What the console's own server knows of the stack, the event bus and the dashboards.
import { Failure, getJson, reasonOf, search, stream } from './api';

export interface Component {
  name: string;
  namespace: string | null;
  kind: 'Process' | 'Network' | 'Deployment' | 'StatefulSet' | 'DaemonSet';
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
  /** None where nobody can tell. */
  members: number | null;
  lag: number;
  partitions: { topic: string; partition: number; committed: number | null; high: number; lag: number | null }[];
}
export const groups = (signal?: AbortSignal) => getJson<{ groups: Group[] }>('/api/groups', {}, signal);

/** What Kafka carries is bytes: text where it is text. */
export type Content = { text: string } | { base64: string } | null;
export interface Message {
  /** Its own in its topic. */
  id: string;
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
  /** In milliseconds since 1970. */
  time: string;
  key: string;
  text: string;
  limit: number;
}

export async function messages(topic: string, browse: Browse, signal?: AbortSignal): Promise<Messages> {
  const { partition, offset, time, ...rest } = browse;
  const at = time === '' ? '' : new Date(Number(time)).toISOString();
  // An offset is one of a partition's.
  const params = {
    partition,
    offset: partition === '' ? '' : offset,
    time: offset === '' || partition === '' ? at : '',
    ...rest,
  };
  const found = await getJson<Messages>(`/api/topics/${encodeURIComponent(topic)}/messages`, params, signal);
  return { ...found, messages: found.messages.map(named) };
}

function named(message: Omit<Message, 'id'>): Message {
  return { ...message, id: `${message.partition}:${message.offset}` };
}

/** Calls `each` with new messages as they come, the newest first, until `signal` ends it. */
export function tail(
  topic: string,
  partition: string,
  each: (messages: Message[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const address = `/api/topics/${encodeURIComponent(topic)}/tail${search({ partition })}`;
  return stream(address, '\n\n', (text) => each(messagesOf(text)), signal);
}

/** The messages in `text`, one server-sent event each; the newest first. */
export function messagesOf(text: string): Message[] {
  const events = text.split('\n\n').map((event) => {
    const field = (name: string) =>
      event
        .split('\n')
        .find((it) => it.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    return { kind: field('event'), data: field('data') };
  });
  const failed = events.find((it) => it.kind === 'error');
  if (failed) throw new Failure(...reasonOf(failed.data ?? '', 200));
  // A beat has no data.
  return events.flatMap(({ data }) => (data ? [named(JSON.parse(data) as Message)] : [])).reverse();
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
export const dashboards = (signal?: AbortSignal) =>
  getJson<{ dashboards: DashboardName[] }>('/api/dashboards', {}, signal);
