import type { PanelDefinition } from '@perses-dev/core';
import { expect, it } from 'vitest';
import { exploreOf } from './explore';

function panel(kind: string, ...queries: string[]): PanelDefinition {
  const query = (it: string) => ({ kind: 'TimeSeriesQuery', spec: { plugin: { kind, spec: { query: it } } } });
  return {
    kind: 'Panel',
    spec: { display: { name: 'p' }, plugin: { kind: 'TimeSeriesChart', spec: {} }, queries: queries.map(query) },
  };
}

const fill = (text: string) => text.replace('$ns', 'hello');

it('a chart of metrics leads to all of its queries, with the variables filled in', () => {
  expect(exploreOf(panel('PrometheusTimeSeriesQuery', 'up{namespace="$ns"}', 'a'), fill)).toEqual({
    path: '/explore/metrics',
    params: { q: ['up{namespace="hello"}', 'a'] },
  });
});

it('a chart of counted lines leads to the lines', () => {
  const kind = 'VictoriaLogsTimeSeriesQuery';
  expect(exploreOf(panel(kind, '{ns="$ns"} | stats by (level) count()'), fill)?.params).toEqual({ q: '{ns="hello"}' });
  expect(
    exploreOf(
      panel(kind, 'level:warn | stats count()', 'level:error | stats count()', 'level:error | stats sum(n)'),
      fill,
    )?.params,
  ).toEqual({ q: '(level:warn) or (level:error)' });
});

it('what has no place in Explore leads nowhere', () => {
  expect(exploreOf(panel('Other', 'x'), fill)).toBeNull();
});
