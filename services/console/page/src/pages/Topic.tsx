import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useParams } from 'react-router-dom';
import { useAddress } from '../app/address';
import { useRange } from '../app/range';
import { type Open, useTail } from '../app/tail';
import type { Topic as Known } from '../generated/server';
import { bytes, number, plural } from '../lib/format';
import { type Browse, groups, type Message, messages, tail, topics } from '../lib/stack';
import { localInput } from '../lib/time';
import { Choose, Facts, State, TextField } from '../ui/bits';
import { MessageList } from '../ui/MessageList';
import { Page } from '../ui/Page';
import { Answered, Panel } from '../ui/Panel';
import { Scroll } from '../ui/Scroll';
import { Empty, Fault } from '../ui/states';
import { GroupTable, records, retention } from './Events';

/** A message has up to 256 KiB, so a live page keeps this many. */
const KEPT = 200;

function browseOf(params: URLSearchParams): Browse {
  const text = (name: string) => params.get(name) ?? '';
  return {
    partition: text('partition'),
    offset: text('offset'),
    time: text('at'),
    key: text('key'),
    text: text('text'),
    limit: Number(params.get('limit')) || 50,
  };
}

export default function Topic() {
  const { topic: name = '' } = useParams();
  const { span } = useRange();
  const { params, update } = useAddress();
  const live = params.get('live') === '1';
  const browse = browseOf(params);
  const all = useQuery(['topics', span], ({ signal }) => topics(signal));
  const found = useQuery(['groups', span], ({ signal }) => groups(signal));
  const topic = all.data?.topics.find((it) => it.name === name);
  const readers = found.data?.groups.filter((it) => it.partitions.some((part) => part.topic === name)) ?? [];
  const partitions = topic?.partitions.map((it) => String(it.id)) ?? [];
  return (
    <Page title={name} time>
      <Panel title="Topic">
        <Answered query={all} isEmpty={() => topic === undefined} empty={`There is no topic ${name}.`}>
          {() => topic && <Described topic={topic} />}
        </Answered>
      </Panel>
      <Panel title="Consumer groups">
        <Answered query={found} isEmpty={() => readers.length === 0} empty="No consumer group reads this topic.">
          {() => <GroupTable groups={readers} topic={name} />}
        </Answered>
      </Panel>
      <div className="filters">
        <Choose
          label="Partition"
          any="all"
          value={browse.partition}
          options={partitions}
          onChange={(it) => update({ partition: it, offset: null })}
        />
        {!live && (
          <>
            <TextField
              label="From offset"
              type="number"
              value={browse.offset}
              placeholder={browse.partition === '' ? 'choose a partition' : '0'}
              onCommit={(it) => update({ offset: it, at: null, partition: browse.partition || '0' })}
            />
            <TextField
              label="From time"
              type="datetime-local"
              value={browse.time === '' ? '' : localInput(new Date(Number(browse.time)))}
              onCommit={(it) => update({ at: String(Date.parse(it) || ''), offset: null })}
            />
            <TextField
              label="Key"
              mono
              value={browse.key}
              placeholder="exact match"
              onCommit={(it) => update({ key: it })}
            />
            <TextField
              label="Text"
              className="grow"
              value={browse.text}
              placeholder="in key or value"
              onCommit={(it) => update({ text: it })}
            />
            <Choose
              label="Limit"
              value={String(browse.limit)}
              options={['50', '100', '200', '500']}
              onChange={(it) => update({ limit: it })}
            />
          </>
        )}
        <button
          type="button"
          className={live ? 'live on' : 'live'}
          aria-pressed={live}
          onClick={() => update({ live: live ? null : '1' })}
        >
          {live ? '■ Stop' : '▶ Live'}
        </button>
      </div>
      {live ? (
        <Tail key={`${name} ${browse.partition}`} topic={name} partition={browse.partition} />
      ) : (
        <Browsed topic={name} browse={browse} />
      )}
    </Page>
  );
}

function Described({ topic }: { topic: Known }) {
  return (
    <>
      <Facts
        of={[
          ['Records', number(records(topic))],
          ['Size', bytes(topic.size_bytes)],
          ['Messages/s', number(topic.messages_per_second)],
          ['Retention', retention(topic)],
        ]}
      />
      <Scroll label="Partitions">
        <table>
          <thead>
            <tr>
              <th>Partition</th>
              {topic.partitions.map((it) => (
                <th key={it.id} className="right">
                  {it.id}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">First offset</th>
              {topic.partitions.map((it) => (
                <td key={it.id} className="right">
                  {number(it.low)}
                </td>
              ))}
            </tr>
            <tr>
              <th scope="row">Next offset</th>
              {topic.partitions.map((it) => (
                <td key={it.id} className="right">
                  {number(it.high)}
                </td>
              ))}
            </tr>
            <tr>
              <th scope="row">Size</th>
              {topic.partitions.map((it) => (
                <td key={it.id} className="right">
                  {bytes(it.size_bytes)}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function Browsed({ topic, browse }: { topic: string; browse: Browse }) {
  const { span } = useRange();
  const found = useQuery(['messages', topic, browse, span], ({ signal }) => messages(topic, browse, signal));
  // Without an offset or a time the search goes back from the newest.
  const remedy = `Choose a partition, or begin ${browse.offset === '' && browse.time === '' ? 'at an earlier time' : 'later'}.`;
  const searched = browse.key !== '' || browse.text !== '';
  const note =
    found.data &&
    `${plural(found.data.messages.length, 'message')}${searched ? ` of ${number(found.data.scanned)} scanned` : ''}`;
  return (
    <Panel title="Messages" note={note} busy={found.isFetching}>
      <Answered query={found} isEmpty={(it) => it.messages.length === 0 && it.complete} empty="No message matches.">
        {(it) => (
          <>
            {!it.complete && (
              <p className="hint pad">The search reached its limit before it had read every record. {remedy}</p>
            )}
            <MessageList messages={it.messages} />
          </>
        )}
      </Answered>
    </Panel>
  );
}

function Tail({ topic, partition }: { topic: string; partition: string }) {
  const open = useCallback<Open<Message>>((each, signal) => tail(topic, partition, each, signal), [topic, partition]);
  const { shown, error, again } = useTail(open, KEPT);
  return (
    <Panel
      title="Live messages"
      note={error ? undefined : <State is="good">live, {plural(shown.length, 'message')}</State>}
    >
      {error ? <Fault error={error} retry={again} /> : null}
      {shown.length > 0 ? <MessageList messages={shown} /> : !error && <Empty>Waiting for the next message …</Empty>}
    </Panel>
  );
}
