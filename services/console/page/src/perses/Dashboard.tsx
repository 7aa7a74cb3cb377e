// A Perses dashboard on its grid of 24 columns; on a narrow screen one panel below the other.
import type { DashboardResource, GridItemDefinition, PanelDefinition } from '@perses-dev/core';
import type { CSSProperties } from 'react';
import { Fault } from '../ui/states';
import { PanelView } from './PanelView';
import { Providers } from './Providers';
import { useVariables, VariableList } from './variables';

export default function Dashboard({ dashboard }: { dashboard: DashboardResource }) {
  const { spec } = dashboard;
  const { variables, state } = useVariables(spec.variables ?? []);
  return (
    <Providers variables={state}>
      <VariableList of={variables} />
      {spec.layouts.map((layout, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a layout has no name, and the file's order stays
        <div key={at} className="group">
          {layout.spec.display?.title && <h2>{layout.spec.display.title}</h2>}
          <div className="grid">
            {inReadingOrder(layout.spec.items).map((item) => (
              <Placed key={item.content.$ref} item={item} panel={spec.panels[nameOf(item)]} />
            ))}
          </div>
        </div>
      ))}
    </Providers>
  );
}

function Placed({ item, panel }: { item: GridItemDefinition; panel?: PanelDefinition }) {
  const style = { '--x': item.x + 1, '--y': item.y + 1, '--w': item.width, '--h': item.height } as CSSProperties;
  return (
    <div className="placed" style={style}>
      {panel ? <PanelView panel={panel} /> : <Fault error={`The dashboard has no panel ${nameOf(item)}.`} />}
    </div>
  );
}

function nameOf(item: GridItemDefinition): string {
  return item.content.$ref.slice(item.content.$ref.lastIndexOf('/') + 1);
}

/** Panels in reading order, which is the order of the Tab key. */
export function inReadingOrder(items: GridItemDefinition[]): GridItemDefinition[] {
  return [...items].sort((a, b) => a.y - b.y || a.x - b.x);
}
