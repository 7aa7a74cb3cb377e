import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router-dom';
import { useLink } from '../app/address';
import { useRange } from '../app/range';
import { active, alertRules, silences } from '../lib/alerts';
import { took } from '../lib/format';
import { type Group, type Rule, rules } from '../lib/prometheus';
import { drawn, unitOf } from '../lib/promql';
import { RUNBOOKS, runbook } from '../lib/runbook';
import { Chart } from '../perses/lazy';
import { Facts, Labels, State } from '../ui/bits';
import { Markdown } from '../ui/Markdown';
import { Page } from '../ui/Page';
import { Answered, Panel } from '../ui/Panel';
import { Empty, Fault } from '../ui/states';
import { ActiveTable } from './Alerts';

export default function AlertView() {
  const { name = '' } = useParams();
  const { span } = useRange();
  const found = useQuery(['rules', span], ({ signal }) => rules(signal));
  const rule = found.data && alertRules(found.data).find((it) => it.name === name);
  const text = runbook(RUNBOOKS, name, rule?.annotations);
  return (
    <Page title={name} time>
      <Answered query={found} isEmpty={() => rule === undefined} empty={`There is no rule ${name}.`}>
        {(it) => rule && <Described rule={rule} groups={it} />}
      </Answered>
      {/* The runbook is part of the page and shows even while Prometheus is away. */}
      <div className="two">
        {rule && <Drawn rule={rule} />}
        <Panel title="Runbook" className="runbook">
          {text === null ? <Empty>No runbook has a section for this alert.</Empty> : <Markdown text={text} />}
        </Panel>
      </div>
    </Page>
  );
}

function Drawn({ rule }: { rule: Rule }) {
  const { query, threshold } = drawn(rule.query);
  return (
    <Chart
      title={threshold === null ? 'The expression over time' : `The value over time, with the threshold ${threshold}`}
      queries={[query]}
      unit={unitOf(query)}
      threshold={threshold}
      empty="The expression has no value in this time range: it was false throughout."
    />
  );
}

function Described({ rule, groups }: { rule: Rule; groups: Group[] }) {
  const link = useLink();
  const { span } = useRange();
  const quiet = useQuery(['silences', span], ({ signal }) => silences(signal));
  const now = active(groups).filter((it) => it.rule.name === rule.name);
  return (
    <>
      <Panel
        title="Rule"
        note={
          <State is={rule.state === 'inactive' ? 'good' : rule.state === 'firing' ? 'bad' : 'warn'}>{rule.state}</State>
        }
        actions={<Link to={link('/explore/metrics', { q: rule.query })}>Open in Explore</Link>}
      >
        <pre className="expression">{rule.query}</pre>
        {rule.lastError && <Fault error={rule.lastError} />}
        <Facts
          of={[
            ['Summary', rule.annotations?.summary ?? '–'],
            ['Description', rule.annotations?.description ?? '–'],
            ['For', rule.duration ? took(rule.duration * 1000) : 'immediately'],
            ['Labels', <Labels key="labels" of={rule.labels ?? {}} />],
          ]}
        />
      </Panel>
      {now.length > 0 && (
        <Panel title="Now">
          {quiet.error ? <Fault error={quiet.error} retry={() => void quiet.refetch()} /> : null}
          <ActiveTable of={now} silences={quiet.data ?? []} />
        </Panel>
      )}
    </>
  );
}
