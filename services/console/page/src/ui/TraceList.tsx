import { Link } from 'react-router-dom';
import { useLink } from '../app/address';
import { clock, took } from '../lib/format';
import type { Trace } from '../lib/traces';
import { Tag } from './bits';
import { colourOf } from './colour';
import { Scroll } from './Scroll';

/** Traces, one a row; each duration is a bar relative to the longest. */
export function TraceList({ traces }: { traces: Trace[] }) {
  const link = useLink();
  const now = new Date();
  const longest = Math.max(0.001, ...traces.map((it) => it.duration));
  return (
    <Scroll label="Traces">
      <table className="traces">
        <thead>
          <tr>
            <th>Start</th>
            <th>Trace</th>
            <th>Services</th>
            <th className="right">Spans</th>
            <th>Duration</th>
          </tr>
        </thead>
        <tbody>
          {traces.map((it) => {
            const { root } = it;
            return (
              <tr key={it.id}>
                <td className="mono nowrap">{clock(new Date(it.start), now)}</td>
                <td>
                  <Link to={link(`/explore/traces/${it.id}`)}>
                    <b>{root.service}</b> {root.name}
                  </Link>
                  {it.errors > 0 && <Tag is="bad">{it.errors === 1 ? 'error' : `${it.errors} errors`}</Tag>}
                </td>
                <td className="services">
                  {it.services.map((name) => (
                    <span key={name} className="swatch" style={{ '--swatch': colourOf(name) } as React.CSSProperties}>
                      {name}
                    </span>
                  ))}
                </td>
                <td className="right">{it.spans.length}</td>
                <td className="nowrap">
                  <span className="length" style={{ '--part': it.duration / longest } as React.CSSProperties}>
                    {took(it.duration)}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
