import { describe, expect, it } from 'vitest';
import { drawn, unitOf } from './promql';

describe('a rule is drawn', () => {
  it('as its figure with its bound', () => {
    expect(drawn('a{le="2.592e+06",x=">"} > 0.05')).toEqual({ query: 'a{le="2.592e+06",x=">"}', threshold: 0.05 });
    expect(drawn('sum by (x) (rate(a[5m])) >= 1e3').threshold).toBe(1000);
  });

  it.each(['a > 1 and b > 2', 'vector(1)', '(a > 1) or b', 'a > b', 'absent(up == 1)', 'x unless y'])(
    'whole where there is no one figure: %s',
    (rule) => {
      expect(drawn(rule)).toEqual({ query: rule, threshold: null });
    },
  );

  it('in the unit that its name promises', () => {
    expect(
      [
        'node_memory_MemFree_bytes',
        'rate(x_bytes_total[1m])',
        'a:ratio',
        'x_duration_milliseconds:p95',
        'scrape_duration_seconds',
        'verb:x_duration_seconds:mean5m',
        'up',
      ].map(unitOf),
    ).toEqual(['bytes', 'bytes/sec', 'percent-decimal', 'milliseconds', 'seconds', 'seconds', 'decimal']);
  });
});
