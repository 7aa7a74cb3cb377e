// The number of log lines over time: stacked bars, one colour per level.
import { clock, number } from '../lib/format';
import type { Hits } from '../lib/logs';
import { LEVELS } from '../lib/logsql';
import type { Span } from '../lib/time';

interface Props {
  hits: Hits[];
  span: Span;
  step: number;
  /** Called with the time of the bar that was chosen. */
  onPick(start: number, end: number): void;
}

const HEIGHT = 100;

export function Histogram({ hits, span, step, onPick }: Props) {
  const from = Math.floor(span.start.getTime() / step) * step;
  const count = Math.max(1, Math.ceil((span.end.getTime() - from) / step));
  const levels = [...hits].sort((a, b) => rank(b.level) - rank(a.level));
  const bars = Array.from({ length: count }, (_, at) => {
    const time = from + at * step;
    const parts = levels.map((it) => ({ level: it.level, value: it.counts.get(time) ?? 0 }));
    return { time, parts, sum: parts.reduce((all, it) => all + it.value, 0) };
  });
  const most = Math.max(1, ...bars.map((it) => it.sum));
  const total = bars.reduce((all, it) => all + it.sum, 0);
  const now = new Date();
  return (
    <figure className="histogram">
      <svg
        viewBox={`0 0 ${count} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${number(total)} lines over the time range`}
      >
        {bars.map(({ time, parts, sum }, at) => {
          let top = HEIGHT;
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: the page's time range does the same from the keyboard
            <g key={time} onClick={() => onPick(time, time + step)}>
              <title>{`${clock(new Date(time), now, false)}: ${number(sum)} lines`}</title>
              <rect x={at} y={0} width={1} height={HEIGHT} className="slot" />
              {parts.map(({ level, value }) => {
                const height = (value / most) * HEIGHT;
                top -= height;
                return (
                  value > 0 && (
                    <rect key={level} x={at + 0.06} y={top} width={0.88} height={height} className={`bar ${level}`} />
                  )
                );
              })}
            </g>
          );
        })}
      </svg>
      <figcaption>
        <span>{clock(new Date(from), now, false)}</span>
        <span className="legend">
          {levels.map((it) => (
            <span key={it.level} className={it.level}>
              <i aria-hidden="true" /> {it.level || 'no level'}{' '}
              {number([...it.counts.values()].reduce((a, b) => a + b, 0))}
            </span>
          ))}
        </span>
        <span>{clock(span.end, now, false)}</span>
      </figcaption>
    </figure>
  );
}

function rank(level: string): number {
  return LEVELS.indexOf(level);
}
