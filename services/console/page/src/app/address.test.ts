import { describe, expect, it } from 'vitest';
import { changed, withRange } from './address';

describe('the address', () => {
  const params = new URLSearchParams('start=1h&refresh=5s&q=a&q=b&service=x');

  it('takes what is set, and loses what is emptied', () => {
    expect(changed(params, { q: ['c'], service: '', level: 'warn' }).toString()).toBe(
      'start=1h&refresh=5s&q=c&level=warn',
    );
  });

  it('carries the time range to another page, and nothing else', () => {
    expect(withRange('/events', params)).toBe('/events?start=1h&refresh=5s');
    expect(withRange('/explore/logs', params, { trace: 'ab' })).toBe('/explore/logs?start=1h&refresh=5s&trace=ab');
    expect(withRange('/', new URLSearchParams())).toBe('/');
  });
});
