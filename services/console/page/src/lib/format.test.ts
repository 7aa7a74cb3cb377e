import { expect, it } from 'vitest';
import { bytes, clock, number, plural, since, took } from './format';

it('bytes have the unit that fits', () => {
  expect([0, 1023, 1536, 336 * 1024 ** 2, 5.25 * 1024 ** 4].map(bytes)).toEqual([
    '0 B',
    '1023 B',
    '1.5 KiB',
    '336 MiB',
    '5.3 TiB',
  ]);
  expect(bytes(null)).toBe('–');
});

it('numbers keep the digits that matter', () => {
  expect([0, 12, 1234567, 0.12345, 1234.5, 0.00001, Infinity].map(number)).toEqual([
    '0',
    '12',
    '1,234,567',
    '0.123',
    '1,235',
    '1.0e-5',
    '∞',
  ]);
  expect(number(NaN)).toBe('–');
});

it('durations have two units at most', () => {
  expect([0.0123, 1.5, 250, 1500, 59_900, 61_000, 3_600_000, 8_100_000, 90_000_000].map(took)).toEqual([
    '12 µs',
    '1.5 ms',
    '250 ms',
    '1.50 s',
    '59.9 s',
    '1 min 1 s',
    '1 h',
    '2 h 15 min',
    '1 d 1 h',
  ]);
});

it('what was is so long ago', () => {
  const now = new Date('2026-01-02T03:04:05.900Z');
  expect(since('2026-01-02T03:04:05.500Z', now)).toBe('now');
  expect(since('2026-01-02T03:03:05.100Z', now)).toBe('1 min');
  expect(since(null, now)).toBe('–');
  expect(since('never', now)).toBe('–');
});

it('another day is named', () => {
  const at = new Date(2026, 0, 2, 3, 4, 5, 6);
  expect(clock(at, at)).toBe('03:04:05.006');
  expect(clock(at, new Date(2026, 0, 3), false)).toBe('2026-01-02 03:04:05');
});

it('one is one', () => {
  expect([plural(1, 'line'), plural(2, 'line'), plural(2, 'series', 'series')]).toEqual([
    '1 line',
    '2 lines',
    '2 series',
  ]);
});
