// Records of a topic: one a row, which opens to show the whole record.
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { useLink } from '../app/address';
import type { Bytes } from '../generated/server';
import { clock } from '../lib/format';
import { contentText, type Message, traceOf } from '../lib/stack';
import { around, rangeParams } from '../lib/time';
import { pretty, Tag, TraceLink } from './bits';

export function MessageList({ messages }: { messages: Message[] }) {
  const [open, setOpen] = useState<string | null>(null);
  const now = new Date();
  return (
    <ol className="lines messages" aria-label="Messages">
      {messages.map((it) => {
        const { id } = it;
        const trace = traceOf(it);
        return (
          <li key={id} className="line">
            <div className="row">
              <time dateTime={it.time ?? undefined}>{it.time === null ? '–' : clock(it.time, now)}</time>
              <span className="at" title="partition:offset">
                {id}
              </span>
              <span className="service" title={contentText(it.key)}>
                {it.key === null ? <i>no key</i> : contentText(it.key)}
              </span>
              <button
                type="button"
                className="message"
                aria-expanded={open === id}
                onClick={() => setOpen(open === id ? null : id)}
              >
                {it.value === null ? '(tombstone: no value)' : contentText(it.value).slice(0, 2000) || '(empty)'}
              </button>
              {trace !== '' && <TraceLink trace={trace} />}
            </div>
            {open === id && <Whole message={it} trace={trace} />}
          </li>
        );
      })}
    </ol>
  );
}

function Whole({ message, trace }: { message: Message; trace: string }) {
  const link = useLink();
  const range = message.time === null ? {} : rangeParams(around(Date.parse(message.time)));
  return (
    <div className="fields">
      <pre>{shownOf(message.value)}</pre>
      {message.truncated && <p className="hint">Truncated: the record is longer than what is shown.</p>}
      <table>
        <tbody>
          <tr>
            <th scope="row">partition, offset</th>
            <td>
              {message.partition}, {message.offset}
            </td>
          </tr>
          <tr>
            <th scope="row">time</th>
            <td>{message.time ?? '–'}</td>
          </tr>
          <tr>
            <th scope="row">key</th>
            <td>{shownOf(message.key)}</td>
          </tr>
          {message.headers.map((it, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: Kafka allows a header twice; its place is its own
            <tr key={`${it.name} ${at}`}>
              <th scope="row">
                <Tag>header</Tag> {it.name}
              </th>
              <td>{shownOf(it.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {trace !== '' && (
        <p className="links">
          <TraceLink trace={trace} />
          <Link to={link('/explore/logs', { ...range, trace })}>Lines of this trace</Link>
        </p>
      )}
    </div>
  );
}

function shownOf(content: Bytes | null): string {
  if (content === null) return '–';
  return 'text' in content ? pretty(content.text) : `base64: ${content.base64}`;
}
