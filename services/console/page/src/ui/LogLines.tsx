// Log lines as a list: one line a row, which opens to show its fields.
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { useLink } from '../app/address';
import { clock } from '../lib/format';
import type { Line } from '../lib/logs';
import { around, rangeParams } from '../lib/time';
import { pretty, TraceLink } from './bits';

interface Props {
  lines: Line[];
  /** Makes a field a filter of the search; left out where there is no search. */
  onFilter?: (field: string, value: string) => void;
  compact?: boolean;
}

export function LogLines({ lines, onFilter, compact = false }: Props) {
  const [open, setOpen] = useState<string | null>(null);
  const now = new Date();
  return (
    <ol className={`lines ${compact ? 'compact' : ''}`} aria-label="Log lines">
      {lines.map((line) => (
        <li key={line.id} className={`line ${line.level}`}>
          <div className="row">
            <time dateTime={line.time}>{clock(line.time, now)}</time>
            <span className="level" title={line.level === '' ? 'no level' : undefined}>
              {line.level || '–'}
            </span>
            <span className="service" title={line.service}>
              {line.service}
            </span>
            <button
              type="button"
              className="message"
              aria-expanded={open === line.id}
              onClick={() => setOpen(open === line.id ? null : line.id)}
            >
              {line.message === '' ? '(empty)' : line.message}
            </button>
            {line.trace !== '' && <TraceLink trace={line.trace} span={line.span} />}
          </div>
          {open === line.id && <Fields line={line} onFilter={onFilter} />}
        </li>
      ))}
    </ol>
  );
}

const HIDDEN = new Set(['_msg', '_stream', '_stream_id']);

function Fields({ line, onFilter }: Pick<Props, 'onFilter'> & { line: Line }) {
  const link = useLink();
  const message = pretty(line.message);
  const fields = Object.entries(line.fields).filter(([name, value]) => !HIDDEN.has(name) && value !== '');
  const at = Date.parse(line.time);
  return (
    <div className="fields">
      <pre>{message}</pre>
      <table>
        <tbody>
          {fields
            .sort(([a], [b]) => a.localeCompare(b, 'en'))
            .map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  {value}
                  {onFilter && name !== '_time' && (
                    <button
                      type="button"
                      className="small"
                      onClick={() => onFilter(name, value)}
                      aria-label={`Only lines with ${name} ${value}`}
                      title="Only these"
                    >
                      =
                    </button>
                  )}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      <p className="links">
        {line.trace !== '' && <TraceLink trace={line.trace} span={line.span} />}
        {line.trace !== '' && <Link to={link('/explore/logs', { trace: line.trace })}>Lines of this trace</Link>}
        <Link
          to={link('/explore/logs', {
            ...rangeParams(around(at, at, 30_000)),
            service: line.service,
            ns: line.fields['k8s.namespace.name'] ?? '',
          })}
        >
          Lines around it
        </Link>
      </p>
    </div>
  );
}
