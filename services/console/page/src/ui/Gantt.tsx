// The spans of a trace on a time axis, each below its parent.
import { useMemo } from 'react';
import { took } from '../lib/format';
import type { SpanNode, Trace } from '../lib/traces';
import { colourOf } from './colour';

interface Props {
  trace: Trace;
  selected: string;
  closed: ReadonlySet<string>;
  onSelect(id: string): void;
  onToggle(id: string): void;
}

/** Where the label of a bar has room: after it, before it or inside it. */
function place(span: SpanNode, trace: Trace): 'after' | 'before' | 'inside' {
  const from = (span.start - trace.start) / trace.duration;
  if (from + span.duration / trace.duration < 0.85) return 'after';
  return from > 0.15 ? 'before' : 'inside';
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** The spans whose ancestors are all open. */
export function visible(trace: Trace, closed: ReadonlySet<string>): SpanNode[] {
  const shown: SpanNode[] = [];
  let hiddenBelow = Infinity;
  for (const span of trace.spans) {
    if (span.depth > hiddenBelow) continue;
    hiddenBelow = closed.has(span.id) ? span.depth : Infinity;
    shown.push(span);
  }
  return shown;
}

export function Gantt({ trace, selected, closed, onSelect, onToggle }: Props) {
  const spans = useMemo(() => visible(trace, closed), [trace, closed]);
  const whole = Math.max(trace.duration, 0.001);
  return (
    <div className="gantt">
      <div className="ticks" aria-hidden="true">
        {TICKS.map((it) => (
          <span key={it}>{took(whole * it)}</span>
        ))}
      </div>
      <ol aria-label="Spans">
        {spans.map((span) => {
          const style = {
            '--from': (span.start - trace.start) / whole,
            '--part': span.duration / whole,
            '--swatch': colourOf(span.service),
            '--depth': span.depth,
          } as React.CSSProperties;
          return (
            <li
              key={span.id}
              style={style}
              className={`span ${span.id === selected ? 'selected' : ''} ${span.error ? 'failed' : ''}`}
            >
              <span className="name">
                {span.children.length > 0 ? (
                  <button
                    type="button"
                    className="toggle"
                    aria-expanded={!closed.has(span.id)}
                    aria-label={`Spans below ${span.name}`}
                    onClick={() => onToggle(span.id)}
                  >
                    {closed.has(span.id) ? '▸' : '▾'}
                  </button>
                ) : (
                  <i className="leaf" aria-hidden="true" />
                )}
                <button
                  type="button"
                  className="pick"
                  aria-pressed={span.id === selected}
                  onClick={() => onSelect(span.id)}
                  title={`${span.service}: ${span.name}`}
                >
                  {span.error && <b className="mark">!</b>}
                  <b>{span.service}</b> {span.name}
                </button>
              </span>
              {/* biome-ignore lint/a11y/noStaticElementInteractions: the button beside it does the same from the keyboard */}
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: the button beside it does the same from the keyboard */}
              <span className="track" onClick={() => onSelect(span.id)}>
                <i className="bar" />
                <span className={`took ${place(span, trace)}`}>{took(span.duration)}</span>
              </span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
