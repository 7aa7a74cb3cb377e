import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useId, useRef } from 'react';
import { Boundary } from './Boundary';
import { Empty, Fault, Loading } from './states';

interface Frame {
  title: ReactNode;
  /** Beside the title: a count or a state. */
  note?: ReactNode;
  actions?: ReactNode;
  className?: string;
  busy?: boolean;
  children: ReactNode;
}

/** A titled part of a page. An error inside it stays inside it. */
export function Panel({ title, note, actions, className = '', busy = false, children }: Frame) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id} aria-busy={busy}>
      <header>
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span className="note">{note}</span>}
        {actions && <span className="actions">{actions}</span>}
      </header>
      {busy && <div className="progress" aria-hidden="true" />}
      <div className="body">
        <Boundary>{children}</Boundary>
      </div>
    </section>
  );
}

interface Answer<T> {
  query: UseQueryResult<T>;
  /** The text for an empty answer. */
  empty?: ReactNode;
  isEmpty?: (data: T) => boolean;
  children: (data: T) => ReactNode;
}

/** The last error, kept until there is an answer, so that it stays readable during retries. */
export function useLastError(error: unknown, waiting: boolean): unknown {
  const last = useRef<unknown>(null);
  if (!waiting) last.current = error;
  return last.current;
}

/** The state of a query: loading, failed, empty or its answer. */
export function Answered<T>({ query, empty, isEmpty, children }: Answer<T>) {
  const { data } = query;
  const error = useLastError(query.error, query.isLoading);
  const retry = () => void query.refetch();
  if (data === undefined) return error ? <Fault error={error} retry={retry} /> : <Loading />;
  return (
    <>
      {error ? <Fault error={error} retry={retry} /> : null}
      {isEmpty?.(data) ? <Empty>{empty ?? 'Nothing here.'}</Empty> : children(data)}
    </>
  );
}
