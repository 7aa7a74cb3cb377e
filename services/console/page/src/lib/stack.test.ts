import { describe, expect, it } from 'vitest';
import { contentText, type Message, messagesOf, ordered, traceOf } from './stack';

describe('what the server says', () => {
  it('of a message is its trace, where it has one', () => {
    const message = (value: string): Message => ({
      id: '0:1',
      partition: 0,
      offset: 1,
      time: '',
      key: null,
      value: null,
      truncated: false,
      headers: [{ name: 'Traceparent', value: { text: value } }],
    });
    expect(traceOf(message(`00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`))).toBe('ab'.repeat(16));
    expect(traceOf(message('nonsense'))).toBe('');
    expect([contentText(null), contentText({ base64: 'AA==' })]).toEqual(['', 'AA==']);
  });

  it('of a topic that is watched are its messages, the newest first, and why it ends', () => {
    const event = (offset: number) =>
      `data: {"partition":1,"offset":${offset},"time":"","key":null,"value":{"text":"a\\n\\nb"},"truncated":false,"headers":[]}`;
    expect(messagesOf([event(7), ': beat', event(8)].join('\n\n')).map((it) => it.id)).toEqual(['1:8', '1:7']);
    expect(() =>
      messagesOf(`${event(7)}\n\nevent: error\ndata: {"error":"kafka does not answer","hint":"look"}`),
    ).toThrow('kafka does not answer');
  });

  it('of components begins with what needs looking at', () => {
    const of = (name: string, state: 'ready' | 'failed' | 'starting', namespace: string | null) => ({
      name,
      namespace,
      kind: 'Process' as const,
      state,
      reason: null,
      memory_bytes: null,
      restarts: null,
      since: null,
    });
    const names = ordered([
      of('b', 'ready', 'x'),
      of('c', 'starting', 'x'),
      of('a', 'ready', null),
      of('d', 'failed', 'y'),
    ]).map((it) => it.name);
    expect(names).toEqual(['d', 'c', 'a', 'b']);
  });
});
