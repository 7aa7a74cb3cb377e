import { describe, expect, it } from 'vitest';
import { around, duration, rangeOf, rangeParams, spanOf, step } from './time';

const NOW = new Date('2026-01-02T03:04:05Z');

describe('a time range in the address', () => {
  it('is a duration back from now', () => {
    const range = rangeOf('90m', null, '1h');
    expect(range).toEqual({ past: '90m' });
    expect(spanOf(range, NOW)).toEqual({ start: new Date('2026-01-02T01:34:05Z'), end: NOW });
  });

  it('is two moments, and stays so when it is written again', () => {
    const range = rangeOf('1767225600000', '1767229200000', '1h');
    expect(spanOf(range, NOW).end.toISOString()).toBe('2026-01-01T01:00:00.000Z');
    expect(rangeParams(range)).toEqual({ start: '1767225600000', end: '1767229200000' });
  });

  it.each([
    ['nonsense', null],
    ['1767229200000', '1767225600000'],
    ['1767225600000', null],
    ['0s', null],
    [null, null],
  ])('that cannot be one is the usual one: %s to %s', (start, end) => {
    expect(rangeOf(start, end, '1h')).toEqual({ past: '1h' });
  });
});

it('a duration has parts', () => {
  expect(duration('1d2h3m4s5ms')).toBe(93_784_005);
  expect(duration('1h 2m')).toBeNull();
  expect(duration('')).toBeNull();
});

it('around something there is a margin on both sides', () => {
  expect(around(1_000_000.5, 1_000_010.5, 1000)).toEqual({ start: 999_000, end: 1_001_011 });
});

it('steps have a round length, and about as many fit as were asked for', () => {
  const hours = (count: number) => ({ start: new Date(0), end: new Date(count * 3_600_000) });
  expect(step(hours(1), 90)).toBe(60_000);
  expect(step(hours(24), 90)).toBe(1_800_000);
  expect(step(hours(24 * 365), 10)).toBe(86_400_000);
});
