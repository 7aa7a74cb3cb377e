import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { useAddress, useLink } from '../app/address';
import { useRange } from '../app/range';
import type { Group, Topic, Topics } from '../generated/server';
import { bytes, number, plural, took } from '../lib/format';
import { groups, topics } from '../lib/stack';
import { Chart } from '../perses/lazy';
import { State, Tag } from '../ui/bits';
import { Page } from '../ui/Page';
import { Answered, Panel } from '../ui/Panel';
import { Scroll } from '../ui/Scroll';

export default function Events() {
  const { span } = useRange();
  const { params, update } = useAddress();
  const internal = params.get('internal') === '1';
  const all = useQuery(['topics', span], ({ signal }) => topics(signal));
  const found = useQuery(['groups', span], ({ signal }) => groups(signal));
  const shown = (it: Topics) => it.topics.filter((topic) => internal || !topic.internal);
  return (
    <Page title="Events" time>
      <Panel
        title="Topics"
        note={all.data && plural(shown(all.data).length, 'topic')}
        actions={
          <label className="check">
            <input
              type="checkbox"
              checked={internal}
              onChange={(event) => update({ internal: event.target.checked ? '1' : null })}
            />{' '}
            internal topics
          </label>
        }
      >
        <Answered
          query={all}
          isEmpty={(it) => shown(it).length === 0}
          empty="There is no topic. They are declared in components/kafka/topics.yaml."
        >
          {(it) => <TopicTable topics={shown(it)} />}
        </Answered>
      </Panel>
      <Panel title="Consumer groups" note={found.data && plural(found.data.groups.length, 'group')}>
        <Answered query={found} isEmpty={(it) => it.groups.length === 0} empty="There are no consumer groups.">
          {(it) => <GroupTable groups={it.groups} />}
        </Answered>
      </Panel>
      <div className="two">
        <Chart
          title="Lag of consumer groups"
          queries={['group_topic:kafka_consumer_lag:sum']}
          names={['{{group}}: {{topic}}']}
          unit="decimal"
        />
        <Chart
          title="Messages per second"
          queries={['topic:kafka_topic_messagesin:rate1m']}
          names={['{{topic}}']}
          unit="decimal"
        />
      </div>
    </Page>
  );
}

export function retention(topic: Topic): string {
  if (topic.cleanup_policy === 'compact') return 'compacted: the newest of each key';
  const time = topic.retention_ms === null ? 'forever' : took(topic.retention_ms);
  return topic.retention_bytes === null ? time : `${time}, ${bytes(topic.retention_bytes)} per partition`;
}

export function records(topic: Topic): number {
  return topic.partitions.reduce((sum, it) => sum + it.high - it.low, 0);
}

function TopicTable({ topics: all }: { topics: Topic[] }) {
  const link = useLink();
  return (
    <Scroll label="Topics">
      <table>
        <thead>
          <tr>
            <th>Topic</th>
            <th className="right">Partitions</th>
            <th className="right">Records</th>
            <th className="right">Size</th>
            <th className="right">Messages/s</th>
            <th>Retention</th>
          </tr>
        </thead>
        <tbody>
          {[...all]
            .sort((a, b) => Number(a.internal) - Number(b.internal) || a.name.localeCompare(b.name, 'en'))
            .map((it) => (
              <tr key={it.name}>
                <td>
                  <Link to={link(`/events/${encodeURIComponent(it.name)}`)}>{it.name}</Link>{' '}
                  {it.internal && <Tag>internal</Tag>}
                </td>
                <td className="right">{it.partitions.length}</td>
                <td className="right">{number(records(it))}</td>
                <td className="right">{bytes(it.size_bytes)}</td>
                <td className="right">{number(it.messages_per_second)}</td>
                <td>{retention(it)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </Scroll>
  );
}

export function GroupTable({ groups: all, topic }: { groups: Group[]; topic?: string }) {
  const link = useLink();
  const rows = all.flatMap((group) => {
    const names = [...new Set(group.partitions.map((it) => it.topic))].filter(
      (it) => topic === undefined || it === topic,
    );
    return (names.length > 0 ? names : ['']).map((name) => {
      const parts = group.partitions.filter((it) => it.topic === name);
      return { group, name, parts, lag: parts.reduce((sum, it) => sum + (it.lag ?? 0), 0) };
    });
  });
  return (
    <Scroll label="Consumer groups">
      <table>
        <thead>
          <tr>
            <th>Group</th>
            <th>State</th>
            <th className="right">Members</th>
            <th>Topic</th>
            <th className="right">Lag</th>
            <th>By partition</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ group, name, parts, lag }) => (
            <tr key={`${group.name} ${name}`}>
              <td>{group.name}</td>
              <td>
                <State
                  is={group.state === 'Stable' ? 'good' : ['Empty', 'Unknown'].includes(group.state) ? 'idle' : 'warn'}
                >
                  {group.state}
                </State>
              </td>
              <td className="right">{group.members ?? '–'}</td>
              <td>{name === '' ? '–' : <Link to={link(`/events/${encodeURIComponent(name)}`)}>{name}</Link>}</td>
              <td className={`right ${lag > 0 ? 'strong' : ''}`}>{number(lag)}</td>
              <td className="faint mono">{parts.map((it) => `${it.partition}:${it.lag ?? '–'}`).join('  ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
