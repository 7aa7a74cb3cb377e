import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router-dom';
import { useAddress, useLink } from '../app/address';
import { clock, plural, took } from '../lib/format';
import { trace as load } from '../lib/jaeger';
import { around, rangeParams } from '../lib/time';
import type { SpanNode, Trace } from '../lib/traces';
import { Facts, State } from '../ui/bits';
import { ExploreTabs } from '../ui/ExploreTabs';
import { Gantt } from '../ui/Gantt';
import { Page } from '../ui/Page';
import { Answered, Panel } from '../ui/Panel';

/** Spans arrive some seconds apart: a trace younger than this, in milliseconds, is asked for again. */
const GROWS = 30_000;
const AGAIN = 2000;
/** How often an unknown trace is asked for again. */
const TRIES = 15;

export default function TraceView() {
  const { traceId = '' } = useParams();
  const found = useQuery(['trace', traceId], ({ signal }) => load(traceId, signal), {
    keepPreviousData: false,
    refetchInterval: (it, { state }) =>
      (it ? Date.now() - it.start - it.duration < GROWS : state.errorUpdateCount < TRIES) && AGAIN,
  });
  return (
    <Page title="Trace" tabs={<ExploreTabs />}>
      <Answered query={found}>{(it) => <Shown key={it.id} trace={it} />}</Answered>
    </Page>
  );
}

function Shown({ trace }: { trace: Trace }) {
  const { params, update } = useAddress();
  const link = useLink();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const selected = params.get('span') ?? '';
  const span = trace.spans.find((it) => it.id === selected);
  const { root } = trace;
  const range = rangeParams(around(trace.start, trace.start + trace.duration));
  const toggle = (id: string) =>
    setClosed((before) => new Set(before.has(id) ? [...before].filter((it) => it !== id) : [...before, id]));
  return (
    <>
      <Panel
        title={`${root.service}: ${root.name}`}
        note={trace.errors > 0 ? <State is="bad">{plural(trace.errors, 'error')}</State> : undefined}
        actions={<Link to={link('/explore/logs', { ...range, trace: trace.id })}>Logs of this trace</Link>}
      >
        <Facts
          of={[
            ['Trace', <code key="id">{trace.id}</code>],
            ['Start', clock(new Date(trace.start), new Date())],
            ['Duration', took(trace.duration)],
            ['Spans', trace.spans.length],
            ['Services', trace.services.join(', ')],
          ]}
        />
      </Panel>
      <div className="trace-view">
        <Panel title="Spans" className="grow">
          <Gantt
            trace={trace}
            selected={selected}
            closed={closed}
            onSelect={(id) => update({ span: id === selected ? null : id }, { replace: true })}
            onToggle={toggle}
          />
        </Panel>
        {span && <Details span={span} trace={trace} range={range} />}
      </div>
    </>
  );
}

function Details({
  span,
  trace,
  range,
}: {
  span: SpanNode;
  trace: Trace;
  range: { start: string; end: string | null };
}) {
  const link = useLink();
  return (
    <Panel
      title={span.name}
      className="details"
      note={span.error ? <State is="bad">error</State> : undefined}
      actions={<Link to={link('/explore/logs', { ...range, trace: trace.id, span: span.id })}>Logs of this span</Link>}
    >
      {span.message !== '' && <p className="state fault">{span.message}</p>}
      <Facts
        of={[
          ['Service', span.service],
          ['Kind', span.kind || '–'],
          ['Starts after', took(span.start - trace.start)],
          ['Duration', took(span.duration)],
          ['Span', <code key="id">{span.id}</code>],
        ]}
      />
      <Pairs title="Attributes" of={span.attributes} />
      {span.events.map((it, at) => (
        <Pairs
          // biome-ignore lint/suspicious/noArrayIndexKey: two events of a span may be alike in all but their place
          key={`${it.name} ${at}`}
          title={`Event ${it.name}, after ${took(it.time - span.start)}`}
          of={it.attributes}
        />
      ))}
      <Pairs title="Resource" of={span.resource} />
    </Panel>
  );
}

function Pairs({ title, of }: { title: string; of: [string, string][] }) {
  if (of.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <table className="pairs">
        <tbody>
          {of.map(([key, value]) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
