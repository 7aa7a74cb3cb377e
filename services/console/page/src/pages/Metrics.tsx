import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useAddress } from '../app/address';
import { useRange } from '../app/range';
import { number, plural } from '../lib/format';
import { instant, metadata, metrics, type Sample, seriesName } from '../lib/prometheus';
import { unitOf } from '../lib/promql';
import { Chart } from '../perses/lazy';
import { TextField } from '../ui/bits';
import { ExploreTabs } from '../ui/ExploreTabs';
import { Page } from '../ui/Page';
import { Answered, Panel } from '../ui/Panel';
import { Scroll } from '../ui/Scroll';
import { Empty } from '../ui/states';

const SHOWN = 60;
const ROWS = 200;

export default function Metrics() {
  const { params, update } = useAddress();
  const queries = params.getAll('q');
  const shown = queries.length > 0 ? queries : [''];
  const set = (at: number, value: string) =>
    update({ q: shown.map((it, index) => (index === at ? value : it)).filter((it) => it !== '') });
  const asked = [...new Set(queries.filter((it) => it.trim() !== ''))];
  const [unit = 'decimal', another] = new Set(asked.map(unitOf));
  const add = (it: string) => update({ q: [...new Set([...asked, it])] });
  return (
    <Page title="Explore" tabs={<ExploreTabs />} time>
      <div className="queries">
        {shown.map((query, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a query is known by its place, whatever is written in it
          <div className="query" key={at}>
            <TextField
              label={shown.length > 1 ? `Query ${at + 1}` : 'PromQL'}
              className="grow"
              mono
              value={query}
              placeholder="rate(container_cpu_usage_seconds_total[2m])"
              onCommit={(it) => set(at, it)}
            />
            {shown.length > 1 && (
              <button type="button" onClick={() => set(at, '')} aria-label={`Remove query ${at + 1}`}>
                ✕
              </button>
            )}
          </div>
        ))}
        {asked.length > 0 && <Another key={asked.length} add={add} />}
      </div>
      <div className="side">
        <div className="column">
          {asked.length === 0 ? (
            <Panel title="Over time">
              <Empty>Write a query, or choose a metric.</Empty>
            </Panel>
          ) : (
            <>
              <Chart
                title="Over time"
                queries={asked}
                unit={another === undefined ? unit : 'decimal'}
                height={320}
                link={false}
              />
              {asked.map((it) => (
                <Now key={it} query={it} />
              ))}
            </>
          )}
        </div>
        <Names choose={add} />
      </div>
    </Page>
  );
}

function Another({ add }: { add(query: string): void }) {
  return (
    <div className="query">
      <TextField
        label="Another query"
        className="grow"
        mono
        value=""
        placeholder="drawn in the same chart"
        onCommit={add}
      />
    </div>
  );
}

function Now({ query }: { query: string }) {
  const { span } = useRange();
  const found = useQuery(['instant', query, span], ({ signal }) => instant(query, span.end, signal));
  return (
    <Panel
      title={<code>{query}</code>}
      note={found.data && plural(found.data.length, 'series', 'series')}
      busy={found.isFetching}
    >
      <Answered
        query={found}
        isEmpty={(it) => it.length === 0}
        empty="No series has a value at the end of the time range."
      >
        {(it) => <Samples of={it} />}
      </Answered>
    </Panel>
  );
}

function Samples({ of }: { of: Sample[] }) {
  const rows = [...of].sort((a, b) => Number(b.value?.[1] ?? 0) - Number(a.value?.[1] ?? 0));
  return (
    <Scroll label="Values" size="tall">
      <table>
        <tbody>
          {rows.slice(0, ROWS).map((it) => (
            <tr key={seriesName(it.metric)}>
              <td className="mono text">{seriesName(it.metric)}</td>
              <td className="right mono" title={it.value?.[1]}>
                {it.value ? number(Number(it.value[1])) : 'histogram'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > ROWS && <p className="hint pad">and {number(rows.length - ROWS)} more</p>}
    </Scroll>
  );
}

/** The list of metrics with a search by parts of the name. */
function Names({ choose }: { choose(name: string): void }) {
  const { span } = useRange();
  const [part, setPart] = useState('');
  const names = useQuery(['metrics', span.start.toDateString()], ({ signal }) => metrics(span, signal));
  const help = useQuery(['metadata'], ({ signal }) => metadata(signal), { staleTime: 600_000 });
  const found = useMemo(() => {
    const words = part.toLowerCase().split(/\s+/).filter(Boolean);
    return (names.data ?? []).filter((name) => words.every((it) => name.toLowerCase().includes(it)));
  }, [names.data, part]);
  return (
    <Panel title="Metrics" note={names.data && number(names.data.length)} className="names">
      <div className="field pad">
        <input
          type="search"
          aria-label="Find a metric"
          value={part}
          onChange={(event) => setPart(event.target.value)}
          placeholder="find a metric"
          spellCheck={false}
        />
      </div>
      <Answered query={names} isEmpty={() => found.length === 0} empty="No metric has this in its name.">
        {() => (
          <ul className="choices" aria-label="Metrics">
            {found.slice(0, SHOWN).map((name) => {
              const about = help.data?.[name]?.[0] ?? help.data?.[name.replace(/_(total|bucket|sum|count)$/, '')]?.[0];
              return (
                <li key={name}>
                  <button type="button" onClick={() => choose(name)} title={about?.help}>
                    {name}
                    {about && <span className="faint">{about.type}</span>}
                  </button>
                </li>
              );
            })}
            {found.length > SHOWN && <li className="hint pad">and {number(found.length - SHOWN)} more</li>}
          </ul>
        )}
      </Answered>
    </Panel>
  );
}
