// One PromQL chart outside a dashboard, drawn as dashboards draw theirs.
import type { PanelDefinition } from '@perses-dev/core';
import { type ReactNode, useMemo } from 'react';
import { PanelView } from './PanelView';
import { Providers } from './Providers';

export interface ChartProps {
  title: string;
  queries: string[];
  /** The name of each query's series: `{{label}}`. */
  names?: string[];
  unit: string;
  threshold?: number | null;
  height?: number;
  empty?: ReactNode;
  link?: boolean;
}

export default function Chart({
  title,
  queries,
  names,
  unit,
  threshold = null,
  height = 280,
  empty,
  link,
}: ChartProps) {
  // The same panel until a value changes: callers pass new lists with every render.
  const key = JSON.stringify({ title, queries, names, unit, threshold } satisfies Drawn);
  const panel = useMemo(() => definition(JSON.parse(key) as Drawn), [key]);
  return (
    <Providers>
      <div className="chart" style={{ height }}>
        <PanelView panel={panel} empty={empty} link={link} />
      </div>
    </Providers>
  );
}

type Drawn = Pick<ChartProps, 'title' | 'queries' | 'names' | 'unit'> & { threshold: number | null };

function definition({ title, queries, names, unit, threshold }: Drawn): PanelDefinition {
  return {
    kind: 'Panel',
    spec: {
      display: { name: title },
      plugin: {
        kind: 'TimeSeriesChart',
        spec: {
          legend: { position: 'bottom', mode: 'list', size: 'small' },
          yAxis: { format: { unit, shortValues: true }, ...(threshold === null ? {} : { min: 0 }) },
          visual: { lineWidth: 1.5, areaOpacity: 0.08, palette: { mode: 'categorical' } },
          ...(threshold === null ? {} : { thresholds: { steps: [{ value: threshold }] } }),
        },
      },
      queries: queries.map((query, at) => ({
        kind: 'TimeSeriesQuery',
        spec: { plugin: { kind: 'PrometheusTimeSeriesQuery', spec: { query, seriesNameFormat: names?.[at] } } },
      })),
    },
  };
}
