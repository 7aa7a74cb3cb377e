import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { useLink } from '../app/address';
import { useRange } from '../app/range';
import { useNow } from '../app/theme';
import {
  type Active,
  active,
  alertRules,
  matcherText,
  matters,
  type Silence,
  silencedBy,
  silences,
} from '../lib/alerts';
import { clock, number, plural, since, took } from '../lib/format';
import { type Rule, rules } from '../lib/prometheus';
import { Labels, State, Tag } from '../ui/bits';
import { Page } from '../ui/Page';
import { Answered, Panel } from '../ui/Panel';
import { Scroll } from '../ui/Scroll';

export default function Alerts() {
  const { span } = useRange();
  const found = useQuery(['rules', span], ({ signal }) => rules(signal));
  const quiet = useQuery(['silences', span], ({ signal }) => silences(signal));
  const all = found.data ? active(found.data).filter(({ alert }) => matters(alert.labels)) : [];
  return (
    <Page title="Alerts" time>
      <Panel title="Firing and pending" note={found.data && plural(all.length, 'alert')}>
        <Answered query={found} isEmpty={() => all.length === 0} empty="No alert is firing or pending.">
          {() => <ActiveTable of={all} silences={quiet.data ?? []} />}
        </Answered>
      </Panel>
      <Panel title="Silences" note={quiet.data && plural(quiet.data.length, 'silence')}>
        <Answered query={quiet} isEmpty={(it) => it.length === 0} empty="There are no silences.">
          {(it) => <SilenceTable of={it} />}
        </Answered>
      </Panel>
      <Panel title="Rules" note={found.data && plural(alertRules(found.data).length, 'rule')}>
        <Answered query={found} isEmpty={(it) => alertRules(it).length === 0} empty="Prometheus has no alerting rules.">
          {(it) => <RuleTable of={alertRules(it)} />}
        </Answered>
      </Panel>
    </Page>
  );
}

export function ActiveTable({ of, silences: quiet }: { of: Active[]; silences: Silence[] }) {
  const now = useNow();
  const link = useLink();
  return (
    <Scroll label="Firing and pending alerts">
      <table>
        <thead>
          <tr>
            <th>State</th>
            <th>Alert</th>
            <th>Summary</th>
            <th className="right">Value</th>
            <th className="right">Since</th>
          </tr>
        </thead>
        <tbody>
          {of.map(({ rule, alert }) => {
            const silence = silencedBy(alert.labels, quiet);
            return (
              <tr key={JSON.stringify(alert.labels)}>
                <td>
                  <State is={alert.state === 'firing' && alert.labels.severity === 'critical' ? 'bad' : 'warn'}>
                    {alert.state}
                  </State>
                  {silence && <Tag>silenced</Tag>}
                </td>
                <td>
                  <Link to={link(`/alerts/${rule.name}`)}>{rule.name}</Link>
                  <div className="faint">{alert.labels.severity}</div>
                </td>
                <td className="text">
                  {alert.annotations.summary}
                  <div>
                    <Labels of={alert.labels} without={['alertname', 'severity']} />
                  </div>
                </td>
                <td className="right">{number(Number(alert.value))}</td>
                <td className="right">{since(alert.activeAt, now)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

function SilenceTable({ of }: { of: Silence[] }) {
  const now = useNow();
  return (
    <Scroll label="Silences">
      <table>
        <thead>
          <tr>
            <th>State</th>
            <th>Matchers</th>
            <th>Comment</th>
            <th>By</th>
            <th>Until</th>
          </tr>
        </thead>
        <tbody>
          {of.map((it) => (
            <tr key={it.id}>
              <td>
                <State is={it.status.state === 'active' ? 'warn' : 'idle'}>{it.status.state}</State>
              </td>
              <td className="text">
                {it.matchers.map((matcher) => (
                  <Tag key={matcherText(matcher)}>{matcherText(matcher)}</Tag>
                ))}
              </td>
              <td className="text">{it.comment}</td>
              <td>{it.createdBy}</td>
              <td>{clock(it.endsAt, now, false)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const STATES = { firing: 'bad', pending: 'warn', inactive: 'good' } as const;

function RuleTable({ of }: { of: (Rule & { group: string })[] }) {
  const link = useLink();
  return (
    <Scroll label="Rules">
      <table>
        <thead>
          <tr>
            <th>Rule</th>
            <th>State</th>
            <th>Severity</th>
            <th>Expression</th>
            <th className="right">For</th>
          </tr>
        </thead>
        <tbody>
          {of.map((it) => (
            <tr key={it.name}>
              <td>
                <Link to={link(`/alerts/${it.name}`)}>{it.name}</Link>
                <div className="faint">{it.group}</div>
              </td>
              <td>
                {it.health === 'err' ? (
                  <State is="bad">broken</State>
                ) : (
                  <State is={matters(it.labels) ? STATES[it.state ?? 'inactive'] : 'idle'}>{it.state}</State>
                )}
              </td>
              <td>{it.labels?.severity}</td>
              <td className="text">
                <code>{it.query}</code>
              </td>
              <td className="right">{it.duration ? took(it.duration * 1000) : 'immediately'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
