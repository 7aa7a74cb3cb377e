// Loads Perses' charts when the first one is needed.
import { lazy, Suspense } from 'react';
import { Boundary } from '../ui/Boundary';
import { Panel } from '../ui/Panel';
import { Loading } from '../ui/states';
import type { ChartProps } from './Chart';

const Drawn = lazy(() => import('./Chart'));

export function Chart(props: ChartProps) {
  const waiting = (
    <div className="chart" style={{ height: props.height ?? 280 }}>
      <Panel title={props.title} className="drawn">
        <Loading />
      </Panel>
    </div>
  );
  return (
    <Boundary>
      <Suspense fallback={waiting}>
        <Drawn {...props} />
      </Suspense>
    </Boundary>
  );
}
