// What comes by itself, the newest first, for as long as it is looked at.
import { useCallback, useEffect, useState } from 'react';
import { Failure } from '../lib/api';

/** Calls `each` with what has come, until `signal` ends it. */
export type Open<T> = (each: (more: T[]) => void, signal: AbortSignal) => Promise<void>;

export interface Tail<T> {
  shown: T[];
  error: unknown;
  /** What to do about an error. */
  again(): void;
}

/** The newest `kept` of what `open` brings; what comes a second time, after an interruption, is there once. */
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
