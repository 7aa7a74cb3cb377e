// A live tail: new items as they arrive, the newest first.
import { useCallback, useEffect, useState } from 'react';
import { Failure } from '../lib/api';

/** Calls `each` with new items until `signal` ends it. */
export type Open<T> = (each: (more: T[]) => void, signal: AbortSignal) => Promise<void>;

export interface Tail<T> {
  shown: T[];
  error: unknown;
  /** Opens it again after an error. */
  again(): void;
}

/** The newest `kept` items of `open`. An item that comes twice, after an interruption, is kept once. */
export function useTail<T extends { id: string }>(open: Open<T>, kept: number): Tail<T> {
  const [shown, setShown] = useState<T[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each `attempt` opens it again
  useEffect(() => {
    const end = new AbortController();
    setError(null);
    const each = (more: T[]) =>
      setShown((before) => {
        const known = new Set(before.map((it) => it.id));
        return [...more.filter((it) => !known.has(it.id)), ...before].slice(0, kept);
      });
    open(each, end.signal).then(
      () => setError(new Failure('The connection has ended.')),
      (reason) => end.signal.aborted || setError(reason),
    );
    return () => end.abort();
  }, [open, kept, attempt]);
  const again = useCallback(() => setAttempt((it) => it + 1), []);
  return { shown, error, again };
}
