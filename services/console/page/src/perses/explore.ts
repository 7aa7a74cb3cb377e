// The page of Explore that shows a panel's queries.
import type { PanelDefinition } from '@perses-dev/core';
import type { Change } from '../app/address';
import { splitPipes } from '../lib/logsql';

/** `fill` replaces the dashboard's variables in a text. */
export function exploreOf(
  panel: PanelDefinition,
  fill: (text: string) => string,
): { path: string; params: Change } | null {
  const plugins = (panel.spec.queries ?? []).map((it) => it.spec.plugin);
  const text = (value: unknown) => (typeof value === 'string' ? fill(value) : '');
  const [first] = plugins;
  switch (first?.kind) {
    case 'PrometheusTimeSeriesQuery':
      return {
        path: '/explore/metrics',
        params: { q: plugins.filter((it) => it.kind === first.kind).map((it) => text(it.spec.query)) },
      };
    case 'VictoriaLogsLogQuery':
      return { path: '/explore/logs', params: { q: text(first.spec.query) } };
    case 'VictoriaLogsTimeSeriesQuery': {
      // The filter before the first pipe: it finds the lines that the panel counts.
      const filters = [...new Set(plugins.map((it) => splitPipes(text(it.spec.query))[0] ?? ''))];
      const q = filters.length === 1 ? filters.join('') : filters.map((it) => `(${it})`).join(' or ');
      return { path: '/explore/logs', params: { q } };
    }
    case 'JaegerTraceQuery': {
      const { service, operation, minDuration, errors } = first.spec;
      return {
        path: '/explore/traces',
        params: {
          service: text(service),
          operation: text(operation),
          min: text(minDuration),
          errors: errors ? '1' : null,
        },
      };
    }
    default:
      return null;
  }
}
