// The console's own server: components, validation, events, topics, dashboards.
import type {
  Bytes,
  Changes,
  Component,
  Components,
  Dashboards,
  Followed,
  Messages as Found,
  Groups,
  LastValidation,
  Search,
  Message as Sent,
  Topics,
  Watch,
} from '../generated/server';
import { Failure, getJson, type Params, reasonOf, search, stream } from './api';

const ORDER: Component['state'][] = ['failed', 'starting', 'unknown', 'ready'];

/** By state, failed ones first, then by namespace and name; the node's processes have no namespace and come before workloads. */
export function ordered(components: Component[]): Component[] {
  const key = (it: Component) => `${ORDER.indexOf(it.state)} ${it.namespace ?? ''} ${it.name}`;
  return [...components].sort((a, b) => key(a).localeCompare(key(b), 'en'));
}

export const components = (signal?: AbortSignal) => getJson<Components>('/api/components', {}, signal);

export const validation = (signal?: AbortSignal) => getJson<LastValidation | null>('/api/validation', {}, signal);

/** Null where no repository is followed. */
export const repository = (signal?: AbortSignal) => getJson<Followed | null>('/api/repository', {}, signal);

export const changes = (signal?: AbortSignal) => getJson<Changes>('/api/changes', {}, signal);

export const topics = (signal?: AbortSignal) => getJson<Topics>('/api/topics', {}, signal);

export const groups = (signal?: AbortSignal) => getJson<Groups>('/api/groups', {}, signal);

export type Message = Sent & {
  /** Unique in its topic. */
  id: string;
};
export type Messages = Omit<Found, 'messages'> & { messages: Message[] };
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
  // An offset needs a partition.
  const params: Record<keyof Search, Params[string]> = {
    partition,
    offset: partition === '' ? '' : offset,
    time: offset === '' || partition === '' ? at : '',
    ...rest,
  };
  const found = await getJson<Found>(`/api/topics/${encodeURIComponent(topic)}/messages`, params, signal);
  return { ...found, messages: found.messages.map(named) };
}

function named(message: Sent): Message {
  return { ...message, id: `${message.partition}:${message.offset}` };
}

/** Calls `each` with new messages, the newest first, until `signal` ends it. */
export function tail(
  topic: string,
  partition: string,
  each: (messages: Message[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const params: Record<keyof Watch, string> = { partition };
  const address = `/api/topics/${encodeURIComponent(topic)}/tail${search(params)}`;
  return stream(address, '\n\n', (text) => each(messagesOf(text)), signal);
}

/** The messages in `text`, one server-sent event each, the newest first. */
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
  // Keep-alive comments have no data.
  return events.flatMap(({ data }) => (data ? [named(JSON.parse(data) as Sent)] : [])).reverse();
}

export function contentText(content: Bytes | null): string {
  if (content === null) return '';
  return 'text' in content ? content.text : content.base64;
}

/** The trace id in a message's W3C header `traceparent`. */
export function traceOf(message: Message): string {
  const header = message.headers.find((it) => it.name.toLowerCase() === 'traceparent');
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(header ? contentText(header.value) : '')?.[1] ?? '';
}

export const dashboards = (signal?: AbortSignal) => getJson<Dashboards>('/api/dashboards', {}, signal);
