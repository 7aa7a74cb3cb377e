import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { useLink } from '../app/address';
import { useNow } from '../app/theme';
import type { Change, Check, Component, Components, Followed, LastValidation } from '../generated/server';
import { active, firing, matters } from '../lib/alerts';
import { bytes, clock, plural, since } from '../lib/format';
import { rules } from '../lib/prometheus';
import { changes, components, ordered, repository, validation } from '../lib/stack';
import { Facts, State, Tag } from '../ui/bits';
import { Page } from '../ui/Page';
import { Answered, Panel } from '../ui/Panel';
import { Scroll } from '../ui/Scroll';
import { Empty, Fault } from '../ui/states';

export function Overview() {
  const parts = useQuery(['components'], ({ signal }) => components(signal), { refetchInterval: 5000 });
  const checks = useQuery(['validation'], ({ signal }) => validation(signal), { refetchInterval: 30_000 });
  const events = useQuery(['changes'], ({ signal }) => changes(signal), { refetchInterval: 10_000 });
  const followed = useQuery(['repository'], ({ signal }) => repository(signal), { refetchInterval: 5000 });
  const alerts = useQuery(['rules'], ({ signal }) => rules(signal), { refetchInterval: 15_000 });
  return (
    <Page title="Overview">
      <div className="overview">
        <Summary parts={parts.data} checks={checks.data} firing={alerts.data && firing(alerts.data).length} />
        <Panel
          title="Components"
          note={parts.data && plural(parts.data.components.length, 'component')}
          className="wide"
        >
          <Answered
            query={parts}
            isEmpty={(it) => it.components.length + it.unavailable.length === 0}
            empty="There are no components."
          >
            {(it) => <ComponentTable of={it} />}
          </Answered>
        </Panel>
        <div className="column">
          {followed.data !== null && !followed.isLoading && (
            <Panel title="Git repository" note={followed.data?.repository}>
              <Answered query={followed}>{(it) => it && <Repository of={it} />}</Answered>
            </Panel>
          )}
          <Panel title="Alerts">
            <Answered query={alerts}>{(it) => <AlertList of={active(it)} />}</Answered>
          </Panel>
          <Panel title="Last hour" note={events.data && plural(events.data.changes.length, 'change')}>
            <Answered
              query={events}
              isEmpty={(it) => it.changes.length === 0}
              empty="Nothing changed in the last hour."
            >
              {(it) => <Changes of={it.changes} />}
            </Answered>
          </Panel>
        </div>
        <Panel title="Requirements" className="whole" note={checks.data && <ValidationNote of={checks.data} />}>
          <Answered
            query={checks}
            isEmpty={(it) => it === null}
            empty={
              <>
                Not validated yet: <code>nix run .#validate</code>
              </>
            }
          >
            {(it) => <Requirements checks={it?.checks ?? []} />}
          </Answered>
        </Panel>
      </div>
    </Page>
  );
}

function Summary({ parts, checks, firing }: { parts?: Components; checks?: LastValidation | null; firing?: number }) {
  const all = parts?.components ?? [];
  const ready = all.filter((it) => it.state === 'ready').length;
  // A source that did not answer may have components that the list lacks.
  const whole = ready === all.length && parts?.unavailable.length === 0;
  const memory = all.reduce((sum, it) => sum + (it.memory_bytes ?? 0), 0);
  return (
    <div className="summary">
      <Figure
        name="Ready"
        value={parts ? `${ready} of ${all.length}` : '…'}
        is={!parts ? 'idle' : whole ? 'good' : 'bad'}
      />
      <Figure name="Memory" value={parts ? bytes(memory) : '…'} is="idle" />
      <Figure
        name="Firing alerts"
        value={firing === undefined ? '…' : String(firing)}
        is={firing === undefined ? 'idle' : firing === 0 ? 'good' : 'bad'}
      />
      <Figure
        name="Checks passed"
        value={
          checks === undefined
            ? '…'
            : checks === null
              ? 'none yet'
              : `${checks.passed} of ${checks.passed + checks.failed}`
        }
        is={!checks ? 'idle' : checks.failed === 0 ? 'good' : 'bad'}
      />
    </div>
  );
}

function Figure({ name, value, is }: { name: string; value: string; is: string }) {
  return (
    <div className={`figure ${is}`}>
      <span>{name}</span>
      <b>{value}</b>
    </div>
  );
}

const STATES = { ready: 'good', starting: 'warn', failed: 'bad', unknown: 'idle' } as const;

function ComponentTable({ of }: { of: Components }) {
  const now = useNow();
  const link = useLink();
  const most = Math.max(1, ...of.components.map((it) => it.memory_bytes ?? 0));
  // The supervisor probes the network, so its log has the lines about it.
  const service = (it: Component) => (it.kind === 'Network' ? 'supervisor' : it.name);
  const logs = (it: Component) =>
    link('/explore/logs', it.namespace === null ? { service: service(it) } : { ns: it.namespace, service: it.name });
  return (
    <>
      {of.unavailable.map((it) => (
        <Fault key={it.source} error={`${it.source}: ${it.error}`} />
      ))}
      <Scroll label="Components">
        <table>
          <thead>
            <tr>
              <th>Name</th>
              <th>State</th>
              <th className="right">Memory</th>
              <th className="right">Restarts</th>
              <th className="right">Since</th>
            </tr>
          </thead>
          <tbody>
            {ordered(of.components).map((it) => (
              <tr key={`${it.kind} ${it.namespace} ${it.name}`}>
                <td>
                  <Link to={logs(it)} title={`Logs of the ${it.kind} ${it.name}`}>
                    {it.name}
                  </Link>{' '}
                  <span className="faint where">{it.namespace ?? 'node'}</span>
                </td>
                <td title={it.reason ?? undefined}>
                  <State is={STATES[it.state]}>{it.state}</State>
                  {it.reason && <div className="reason">{it.reason}</div>}
                </td>
                <td className="right">
                  <span className="meter" style={{ '--part': (it.memory_bytes ?? 0) / most } as React.CSSProperties}>
                    {bytes(it.memory_bytes)}
                  </span>
                </td>
                <td className={`right ${it.restarts ? 'strong' : 'faint'}`}>{it.restarts ?? '–'}</td>
                <td className="right" title={it.since ?? undefined}>
                  {since(it.since, now)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

const FOLLOWED = {
  empty: ['idle', 'no commit yet'],
  applying: ['warn', 'applying'],
  ready: ['good', 'ready'],
  failed: ['bad', 'failed'],
} as const;

function Repository({ of }: { of: Followed }) {
  const now = useNow();
  const [is, word] = FOLLOWED[of.state];
  const state = (
    <>
      <State is={is}>{word}</State> {of.waiting && <span className="faint">{of.waiting}</span>}
    </>
  );
  const { commit, repair } = of;
  const newest = commit && (
    <span title={commit.id}>
      <span className="mono">{commit.id.slice(0, 12)}</span> {commit.subject}
      <span className="faint">
        {' '}
        {commit.author}, {since(commit.time, now)} ago
      </span>
    </span>
  );
  const drift = repair ? `${repair.differences.join('; ')}; put right ${since(repair.time, now)} ago` : 'none seen';
  return (
    <>
      {of.error && <Fault error={of.error} />}
      <Facts
        of={[
          ['State', state],
          ['Commit', newest ?? '–'],
          ['Objects', of.objects],
          ['Drift', drift],
        ]}
      />
    </>
  );
}

function AlertList({ of }: { of: ReturnType<typeof active> }) {
  const now = useNow();
  const link = useLink();
  const shown = of.filter(({ alert }) => matters(alert.labels));
  if (shown.length === 0) return <Empty>No alert is firing or pending.</Empty>;
  return (
    <ul className="list">
      {shown.map(({ alert, rule }) => (
        <li key={JSON.stringify(alert.labels)}>
          <State is={alert.state === 'pending' ? 'warn' : alert.labels.severity === 'critical' ? 'bad' : 'warn'}>
            {alert.state}
          </State>
          <span className="grow">
            <Link to={link(`/alerts/${rule.name}`)}>{rule.name}</Link> {alert.annotations.summary}
          </span>
          <span className="faint">{since(alert.activeAt, now)}</span>
        </li>
      ))}
    </ul>
  );
}

function Changes({ of }: { of: Change[] }) {
  const now = useNow();
  return (
    <Scroll label="Changes of the last hour" size="tall">
      <ul className="list">
        {of.map((it, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two events may be alike in all that is shown
          <li key={`${it.time} ${it.namespace} ${it.name} ${at}`}>
            <time className="faint mono" dateTime={it.time}>
              {clock(it.time, now, false)}
            </time>
            <span className="grow">
              <Tag is={it.type === 'Warning' ? 'warn' : ''}>{it.reason}</Tag> {it.kind}{' '}
              {it.namespace ? `${it.namespace}/` : ''}
              {it.name}
              {it.count > 1 && <span className="faint"> × {it.count}</span>}
              <span className="faint message">{it.message}</span>
            </span>
          </li>
        ))}
      </ul>
    </Scroll>
  );
}

function ValidationNote({ of }: { of: LastValidation }) {
  const now = useNow();
  return (
    <>
      {of.passed} passed, {of.failed} failed, {since(of.finished, now)} ago
    </>
  );
}

function Requirements({ checks }: { checks: Check[] }) {
  const rows = [...checks].sort(
    (a, b) =>
      Number(a.passed) - Number(b.passed) || a.requirement.localeCompare(b.requirement, 'en', { numeric: true }),
  );
  return (
    <Scroll label="Requirements">
      <table>
        <thead>
          <tr>
            <th>Requirement</th>
            <th>Check</th>
            <th>Result</th>
            <th>Measured</th>
            <th>Bound</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((it) => (
            <tr key={`${it.requirement} ${it.name}`}>
              <td className="nowrap">{it.requirement}</td>
              <td className="text">{it.name}</td>
              <td>
                <State is={it.passed ? 'good' : 'bad'}>{it.passed ? 'passed' : 'failed'}</State>
              </td>
              <td className="text">{it.measured}</td>
              <td className="text faint">{it.bound}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
