// The time range of a page in its address: `start=1h` for the last hour, `start=MS&end=MS` for an absolute range.
// Perses' pages use the same form.

export type Range = { past: string } | { start: number; end: number };
export type Span = { start: Date; end: Date };

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const DURATION = /^(?:\d+(?:ms|[smhdw]))+$/;

/** `1h30m` in milliseconds; null when `text` is no duration. */
export function duration(text: string): number | null {
  if (!DURATION.test(text)) return null;
  const parts = text.matchAll(/(\d+)(ms|[smhdw])/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
}

export function rangeOf(start: string | null, end: string | null, fallback: string): Range {
  const [from, to] = [moment(start), moment(end)];
  if (from !== null && to !== null && from < to) return { start: from, end: to };
  const past = start === null ? null : duration(start);
  return { past: start !== null && past !== null && past > 0 ? start : fallback };
}

function moment(text: string | null): number | null {
  return text !== null && /^\d{10,15}$/.test(text) ? Number(text) : null;
}

/** The parameters that `rangeOf` reads. */
export function rangeParams(range: Range): { start: string; end: string | null } {
  if ('past' in range) return { start: range.past, end: null };
  return { start: String(range.start), end: String(range.end) };
}

export function spanOf(range: Range, now: Date): Span {
  if ('past' in range) return { start: new Date(now.getTime() - (duration(range.past) ?? 0)), end: now };
  return { start: new Date(range.start), end: new Date(range.end) };
}

/** The range from `from` to `to` with a margin on both sides, in milliseconds. */
export function around(from: number, to = from, margin = 300_000): Range {
  return { start: Math.floor(from - margin), end: Math.ceil(to + margin) };
}

export const RANGES: [past: string, label: string][] = [
  ['5m', '5 minutes'],
  ['15m', '15 minutes'],
  ['30m', '30 minutes'],
  ['1h', '1 hour'],
  ['3h', '3 hours'],
  ['6h', '6 hours'],
  ['12h', '12 hours'],
  ['1d', '1 day'],
  ['3d', '3 days'],
  ['7d', '7 days'],
  ['14d', '14 days'],
];

export const REFRESHES: [interval: string, label: string][] = [
  ['0s', 'off'],
  ['5s', '5 s'],
  ['15s', '15 s'],
  ['30s', '30 s'],
  ['1m', '1 min'],
  ['5m', '5 min'],
];

/** About `count` steps of a round length, in milliseconds. */
export function step(span: Span, count: number): number {
  const wanted = (span.end.getTime() - span.start.getTime()) / count;
  const round = [1, 2, 5, 10, 15, 30]
    .flatMap((it) => [it * 1000, it * 60_000])
    .concat([1, 2, 3, 6, 12, 24].map((it) => it * 3_600_000));
  return round.sort((a, b) => a - b).find((it) => it >= wanted) ?? 86_400_000;
}

/** The local time without a zone, for `<input type="datetime-local">`. */
export function localInput(time: Date): string {
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
