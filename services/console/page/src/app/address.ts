// The address is where a page keeps what was chosen, so that a link shows the same picture.
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

export type Change = Record<string, string | null | readonly string[]>;

export interface Address {
  params: URLSearchParams;
  /** Sets what is named; null and the empty string take it away. */
  update(change: Change, options?: { replace?: boolean }): void;
}

export function useAddress(): Address {
  const [params, setParams] = useSearchParams();
  const update = useCallback(
    // NB: what the address is now, not what it was when this was drawn: two changes may come before the next drawing.
    (change: Change, options?: { replace?: boolean }) =>
      setParams(changed(new URLSearchParams(window.location.search), change), options),
    [setParams],
  );
  return useMemo(() => ({ params, update }), [params, update]);
}

export function changed(before: URLSearchParams, change: Change): URLSearchParams {
  const after = new URLSearchParams(before);
  for (const [name, value] of Object.entries(change)) {
    after.delete(name);
    if (typeof value === 'string') {
      if (value !== '') after.set(name, value);
    } else {
      for (const it of value ?? []) after.append(name, it);
    }
  }
  return after;
}

const SHARED = ['start', 'end', 'refresh'];

/** `path` with the time range that is chosen now: another page looks at the same moment. */
export function withRange(path: string, params: URLSearchParams, more: Change = {}): string {
  const kept = new URLSearchParams();
  for (const name of SHARED) {
    const value = params.get(name);
    if (value !== null) kept.set(name, value);
  }
  const query = changed(kept, more).toString();
  return query === '' ? path : `${path}?${query}`;
}

/** Links to other pages that keep the time range. */
export function useLink(): (path: string, more?: Change) => string {
  const [params] = useSearchParams();
  return useCallback((path, more) => withRange(path, params, more), [params]);
}
