import { describe, expect, it } from 'vitest';
import { contentText, type Message, ordered, traceOf } from './stack';

describe('what the server says', () => {
  it('of a message is its trace, where it has one', () => {
    const message = (value: string): Message => ({ partition: 0, offset: 1, time: '', key: null, value: null, truncated: false, headers: [{ name: 'Traceparent', value: { text: value } }] });
    expect(traceOf(message(`00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`))).toBe('ab'.repeat(16));
    expect(traceOf(message('nonsense'))).toBe('');
    expect([contentText(null), contentText({ base64: 'AA==' })]).toEqual(['', 'AA==']);
  });

  it('of components begins with what needs looking at', () => {
    const of = (name: string, state: 'ready' | 'failed' | 'starting', namespace: string | null) => ({ name, namespace, kind: 'Process' as const, state, reason: null, memory_bytes: null, restarts: null, since: null });
    const names = ordered([of('b', 'ready', 'x'), of('c', 'starting', 'x'), of('a', 'ready', null), of('d', 'failed', 'y')]).map((it) => it.name);
    expect(names).toEqual(['d', 'c', 'a', 'b']);
  });
});
