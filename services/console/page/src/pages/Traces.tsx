import { useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useNavigate } from 'react-router-dom';
import { useAddress, useLink } from '../app/address';
import { useRange } from '../app/range';
import { plural } from '../lib/format';
import { find, operations, type Search, services } from '../lib/jaeger';
import { Choose, TextField } from '../ui/bits';
import { ExploreTabs } from '../ui/ExploreTabs';
import { Page } from '../ui/Page';
import { Answered, Panel } from '../ui/Panel';
import { TraceList } from '../ui/TraceList';

function searchOf(params: URLSearchParams): Search {
  const text = (name: string) => params.get(name) ?? '';
  return {
    service: text('service'),
    operation: text('operation'),
    minimum: text('min'),
    maximum: text('max'),
    errors: params.get('errors') === '1',
    limit: Number(params.get('limit')) || 50,
  };
}

export default function Traces() {
  const { params, update } = useAddress();
  const { span } = useRange();
  const link = useLink();
  const navigate = useNavigate();
  const search = searchOf(params);
  const names = useQuery(['traces', 'services', span], ({ signal }) => services(signal));
  const known = useQuery(['traces', 'operations', search.service], ({ signal }) => operations(search.service, signal), {
    enabled: search.service !== '',
  });
  const found = useQuery(['traces', search, span], ({ signal }) => find(search, span, signal));
  const open = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const id = String(new FormData(event.currentTarget).get('id')).trim();
    if (id !== '') navigate(link(`/explore/traces/${encodeURIComponent(id)}`));
  };
  return (
    <Page title="Explore" tabs={<ExploreTabs />} time>
      <div className="filters">
        <Choose
          label="Service"
          any="any"
          value={search.service}
          options={names.data ?? []}
          onChange={(it) => update({ service: it, operation: null })}
        />
        <Choose
          label="Operation"
          any="any"
          value={search.operation}
          options={search.service === '' ? [] : (known.data ?? [])}
          onChange={(it) => update({ operation: it })}
        />
        <TextField
          label="Min duration"
          value={search.minimum}
          placeholder="100ms"
          onCommit={(it) => update({ min: it })}
        />
        <TextField
          label="Max duration"
          value={search.maximum}
          placeholder="2s"
          onCommit={(it) => update({ max: it })}
        />
        <Choose
          label="Limit"
          value={String(search.limit)}
          options={['20', '50', '100', '200']}
          onChange={(it) => update({ limit: it })}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={search.errors}
            onChange={(event) => update({ errors: event.target.checked ? '1' : null })}
          />{' '}
          errors only
        </label>
        <form className="grow" onSubmit={open}>
          <div className="field">
            <label htmlFor="trace-id">Trace id</label>
            <input
              id="trace-id"
              name="id"
              className="mono"
              placeholder="4bf92f3577b34da6a3ce929d0e0e4736"
              spellCheck={false}
              autoComplete="off"
            />
          </div>
        </form>
      </div>
      <Panel title="Traces" note={found.data && plural(found.data.length, 'trace')} busy={found.isFetching}>
        <Answered query={found} isEmpty={(it) => it.length === 0} empty="No trace matches in this time range.">
          {(it) => <TraceList traces={it} />}
        </Answered>
      </Panel>
    </Page>
  );
}
