// A dashboard panel in the page's frame: its queries, their states and a link to Explore.
import { getSuggestedStepMs, type PanelDefinition, type QueryDefinition } from '@perses-dev/core';
import {
  DataQueriesProvider,
  replaceVariables,
  useDataQueriesContext,
  usePlugin,
  useVariableValues,
} from '@perses-dev/plugin-system';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { Link } from 'react-router-dom';
import useResizeObserver from 'use-resize-observer';
import { useLink } from '../app/address';
import { useRange } from '../app/range';
import { Panel, useLastError } from '../ui/Panel';
import { Empty, Fault, Loading } from '../ui/states';
import { exploreOf } from './explore';

interface Props {
  panel: PanelDefinition;
  /** The text for queries without data. */
  empty?: ReactNode;
  /** Whether it links to Explore; charts in Explore itself do without. */
  link?: boolean;
}

const NO_QUERIES: QueryDefinition[] = [];
/** The width in pixels from which Perses suggests the step of a query. */
const WIDTH = 700;

export function PanelView(props: Props) {
  const [seen, ref] = useSeen();
  if (seen) return <Seen {...props} />;
  return (
    <div className="unseen" ref={ref}>
      <Framed panel={props.panel}>{null}</Framed>
    </div>
  );
}

/** Whether an element has come near the view. Panels further down query and draw when somebody scrolls to them. */
function useSeen(): [boolean, (element: Element | null) => void] {
  const [seen, setSeen] = useState(false);
  const [element, ref] = useState<Element | null>(null);
  useEffect(() => {
    if (!element) return undefined;
    const observer = new IntersectionObserver((entries) => entries.some((it) => it.isIntersecting) && setSeen(true), {
      rootMargin: '200px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [seen, ref];
}

function Seen({ panel, empty = 'No data in this time range.', link = true }: Props) {
  const { spec } = panel;
  const { span } = useRange();
  const { data: plugin, error } = usePlugin('Panel', spec.plugin.kind);
  const queries = spec.queries ?? NO_QUERIES;
  const definitions = useMemo(() => queries.map((it) => it.spec.plugin), [queries]);
  const own = typeof plugin?.queryOptions === 'function' ? plugin.queryOptions(spec.plugin.spec) : plugin?.queryOptions;
  if (error) return <Framed panel={panel}>{<Fault error={error} />}</Framed>;
  if (!plugin) return <Framed panel={panel}>{<Loading />}</Framed>;
  return (
    <DataQueriesProvider
      definitions={definitions}
      options={{ suggestedStepMs: getSuggestedStepMs(span, WIDTH), ...own }}
    >
      <Answer panel={panel} Component={plugin.PanelComponent as Component} empty={empty} link={link} />
    </DataQueriesProvider>
  );
}

type Component = React.ComponentType<{
  spec: unknown;
  definition: PanelDefinition;
  contentDimensions?: { width: number; height: number };
  queryResults: unknown[];
}>;

function Answer({ panel, Component, empty, link }: Required<Props> & { Component: Component }) {
  const { queryResults, isFetching, refetchAll } = useDataQueriesContext();
  const { ref, width, height } = useResizeObserver<HTMLDivElement>();
  const results = useMemo(
    () => queryResults.flatMap((it) => (it.data ? [{ data: it.data, definition: it.definition }] : [])),
    [queryResults],
  );
  const queried = queryResults.length > 0;
  const failure = queryResults.find((it) => it.error)?.error ?? null;
  const failed = useLastError(failure, failure === null && results.length === 0);
  const nothing = results.every(({ data }) => 'series' in data && data.series.length === 0);

  let content: ReactNode;
  if (queried && results.length === 0) content = failed ? <Fault error={failed} retry={refetchAll} /> : <Loading />;
  else if (queried && nothing && !failed) content = <Empty>{empty}</Empty>;
  else if (width && height)
    content = (
      <Component
        spec={panel.spec.plugin.spec}
        definition={panel}
        contentDimensions={{ width, height }}
        queryResults={results}
      />
    );
  return (
    <Framed panel={panel} busy={isFetching} link={link}>
      {Boolean(failed) && results.length > 0 && <Fault error={failed} retry={refetchAll} />}
      <div className="drawing" ref={ref} data-drawn={Boolean(content)}>
        {content}
      </div>
    </Framed>
  );
}

function Framed({
  panel,
  busy,
  link = false,
  children,
}: {
  panel: PanelDefinition;
  busy?: boolean;
  link?: boolean;
  children: ReactNode;
}) {
  const { name, description } = panel.spec.display;
  return (
    <Panel
      title={<span title={description}>{name}</span>}
      busy={busy}
      className="drawn"
      actions={link ? <Explore panel={panel} /> : undefined}
    >
      {children}
    </Panel>
  );
}

function Explore({ panel }: { panel: PanelDefinition }) {
  const to = useLink();
  const variables = useVariableValues();
  const target = exploreOf(panel, (text) => replaceVariables(text, variables));
  if (target === null) return null;
  return (
    <Link
      to={to(target.path, target.params)}
      className="explore"
      aria-label={`Open ${panel.spec.display.name} in Explore`}
      title="Open in Explore"
    >
      <span aria-hidden="true">↗</span>
    </Link>
  );
}
