import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useAddress } from '../app/address';
import { useRange } from '../app/range';
import { type Open, useTail } from '../app/tail';
import { number, plural } from '../lib/format';
import { hits, type Line, lines, tail, values } from '../lib/logs';
import {
  type Filters,
  LEVELS,
  logsql,
  NAMESPACE,
  NOTHING,
  quoted,
  SERVICE,
  splitPipes,
  UNSPECIFIED,
} from '../lib/logsql';
import { step } from '../lib/time';
import { Choose, State, TextField } from '../ui/bits';
import { ExploreTabs } from '../ui/ExploreTabs';
import { Histogram } from '../ui/Histogram';
import { LogLines } from '../ui/LogLines';
import { Page } from '../ui/Page';
import { Answered, Panel } from '../ui/Panel';
import { Empty, Fault } from '../ui/states';

const PAGE = 200;
const KEPT = 1000;
/** The filters' names in the address. */
const NAMES: Record<keyof Filters, string> = {
  namespace: 'ns',
  service: 'service',
  level: 'level',
  text: 'text',
  trace: 'trace',
  span: 'span',
  query: 'q',
};

function filtersOf(params: URLSearchParams): Filters {
  const found = { ...NOTHING };
  for (const [filter, name] of Object.entries(NAMES)) found[filter as keyof Filters] = params.get(name) ?? '';
  return found;
}

export default function Logs() {
  const { params, update } = useAddress();
  const { span } = useRange();
  const filters = useMemo(() => filtersOf(params), [params]);
  const query = logsql(filters);
  const live = params.get('live') === '1';
  const set = (name: keyof Filters, value: string) => update({ [NAMES[name]]: value, limit: null });

  const namespaces = useQuery(['logs', 'namespaces', span], ({ signal }) => values(NAMESPACE, '*', span, signal));
  const where = filters.namespace === '' ? '*' : `{${quoted(NAMESPACE)}=${quoted(filters.namespace)}}`;
  const services = useQuery(['logs', 'services', where, span], ({ signal }) => values(SERVICE, where, span, signal));

  const onFilter = (field: string, value: string) => {
    const known = { [SERVICE]: 'service', [NAMESPACE]: 'namespace', trace_id: 'trace', span_id: 'span' }[field] as
      | keyof Filters
      | undefined;
    if (known) set(known, value);
    else set('query', joined(filters.query, `${quoted(field)}:=${quoted(value)}`));
  };

  return (
    <Page title="Explore" tabs={<ExploreTabs />} time>
      <div className="filters">
        <Choose
          label="Namespace"
          any="any"
          value={filters.namespace}
          options={namespaces.data ?? []}
          onChange={(it) => update({ ns: it, service: null })}
        />
        <Choose
          label="Service"
          any="any"
          value={filters.service}
          options={services.data ?? []}
          onChange={(it) => set('service', it)}
        />
        <Choose
          label="Level"
          any="any"
          value={filters.level}
          options={[...LEVELS, UNSPECIFIED]}
          onChange={(it) => set('level', it)}
        />
        <TextField
          label="Text"
          className="grow"
          value={filters.text}
          placeholder="words, or a &quot;phrase&quot;"
          onCommit={(it) => set('text', it)}
        />
        <TextField
          label="LogsQL"
          className="grow"
          mono
          value={filters.query}
          placeholder='"k8s.pod.name":hello'
          onCommit={(it) => set('query', it)}
        />
        {filters.trace !== '' && (
          <TextField label="Trace" mono value={filters.trace} onCommit={(it) => set('trace', it)} />
        )}
        {filters.span !== '' && <TextField label="Span" mono value={filters.span} onCommit={(it) => set('span', it)} />}
        <button
          type="button"
          className={live ? 'live on' : 'live'}
          aria-pressed={live}
          onClick={() => update({ live: live ? null : '1' })}
        >
          {live ? '■ Stop' : '▶ Live'}
        </button>
      </div>
      <p className="asked">
        <code>{query}</code>
      </p>
      {live ? <Tail key={query} query={query} onFilter={onFilter} /> : <Found query={query} onFilter={onFilter} />}
    </Page>
  );
}

function joined(query: string, more: string): string {
  const [filter = '', ...pipes] = splitPipes(query.trim());
  if (filter === '' || filter === '*') return [more, ...pipes].join(' | ');
  // Filters side by side bind tighter than `or`.
  const whole = /\bor\b/i.test(filter) ? `(${filter})` : filter;
  return [`${whole} ${more}`, ...pipes].join(' | ');
}

interface Shown {
  query: string;
  onFilter: (field: string, value: string) => void;
}

function Found({ query, onFilter }: Shown) {
  const { params, update } = useAddress();
  const { span, setRange } = useRange();
  const limit = Number(params.get('limit')) || PAGE;
  const size = step(span, 90);
  const counted = useQuery(['logs', 'hits', query, span], ({ signal }) =>
    hits(splitPipes(query)[0] ?? '*', span, size, signal),
  );
  const found = useQuery(['logs', 'lines', query, span, limit], ({ signal }) => lines(query, span, limit, signal));
  return (
    <>
      <Panel title="Lines over time" className="slim" busy={counted.isFetching}>
        <Answered query={counted}>
          {(it) => <Histogram hits={it} span={span} step={size} onPick={(start, end) => setRange({ start, end })} />}
        </Answered>
      </Panel>
      <Panel
        title="Lines"
        note={found.data && `${found.data.length >= limit ? 'the newest ' : ''}${plural(found.data.length, 'line')}`}
        busy={found.isFetching}
      >
        <Answered query={found} isEmpty={(it) => it.length === 0} empty="No log line matches in this time range.">
          {(it) => (
            <>
              <LogLines lines={it} onFilter={onFilter} />
              {it.length >= limit && (
                <p className="more">
                  <button type="button" onClick={() => update({ limit: String(limit * 2) })}>
                    Show {number(limit * 2)}
                  </button>
                </p>
              )}
            </>
          )}
        </Answered>
      </Panel>
    </>
  );
}

function Tail({ query, onFilter }: Shown) {
  // A tail takes the filter alone, without its pipes.
  const open = useCallback<Open<Line>>((each, signal) => tail(splitPipes(query)[0] ?? '*', each, signal), [query]);
  const { shown, error, again } = useTail(open, KEPT);
  return (
    <Panel title="Live lines" note={error ? undefined : <State is="good">live, {plural(shown.length, 'line')}</State>}>
      {error ? <Fault error={error} retry={again} /> : null}
      {shown.length > 0 ? (
        <LogLines lines={shown} onFilter={onFilter} />
      ) : (
        !error && <Empty>Waiting for the next line …</Empty>
      )}
    </Panel>
  );
}
