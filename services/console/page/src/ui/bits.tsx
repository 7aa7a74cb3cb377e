// Small parts that every page uses.
import { type ReactNode, useEffect, useId, useState } from 'react';
import { Link } from 'react-router-dom';
import { useLink } from '../app/address';

/** A state as a word beside a coloured dot. */
export function State({ is, children }: { is: 'good' | 'warn' | 'bad' | 'idle'; children: ReactNode }) {
  return (
    <span className={`dot ${is}`}>
      <i aria-hidden="true" />
      {children}
    </span>
  );
}

export function Tag({ children, is = '' }: { children: ReactNode; is?: string }) {
  return <span className={`tag ${is}`}>{children}</span>;
}

/** Labels as `key=value`. */
export function Labels({ of, without = [] }: { of: Record<string, string>; without?: string[] }) {
  const shown = Object.entries(of).filter(([key]) => !without.includes(key));
  return (
    <span className="labels">
      {shown.map(([key, value]) => (
        <span className="tag" key={key}>
          <span className="key">{key}</span>={value}
        </span>
      ))}
    </span>
  );
}

/** Names and their values; one below the other on a narrow screen. */
export function Facts({ of }: { of: [name: string, value: ReactNode][] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface Choice {
  label: string;
  value: string;
  options: readonly string[];
  any?: string;
  onChange(value: string): void;
}

/** A choice among `options`, or `any`. A value from the address is listed even when it is unknown. */
export function Choose({ label, value, options, any, onChange }: Choice) {
  const id = useId();
  const all = value === '' || options.includes(value) ? options : [value, ...options];
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {any !== undefined && <option value="">{any}</option>}
        {all.map((it) => (
          <option key={it} value={it}>
            {it}
          </option>
        ))}
      </select>
    </div>
  );
}

interface Text {
  label: string;
  value: string;
  onCommit(value: string): void;
  placeholder?: string;
  type?: string;
  className?: string;
  mono?: boolean;
}

/** A text field that commits its value with Enter or when it loses the focus. */
export function TextField({ label, value, onCommit, className = '', mono = false, ...rest }: Text) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const id = useId();
  const commit = () => draft !== value && onCommit(draft);
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      <input
        {...rest}
        id={id}
        className={mono ? 'mono' : ''}
        value={draft}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </div>
  );
}

/** A link to a trace, and to one of its spans. */
export function TraceLink({ trace, span = '' }: { trace: string; span?: string }) {
  const link = useLink();
  return (
    <Link className="trace" to={link(`/explore/traces/${trace}`, { span })} title={`Trace ${trace}`}>
      trace
    </Link>
  );
}

/** JSON, indented; other text unchanged. */
export function pretty(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
