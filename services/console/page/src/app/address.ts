// The address holds every choice of a page, so that a link shows the same picture.
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

export type Change = Record<string, string | null | readonly string[]>;

export interface Address {
  params: URLSearchParams;
  /** Sets the named parameters; null and the empty string remove them. */
  update(change: Change, options?: { replace?: boolean }): void;
}

export function useAddress(): Address {
  const [params, setParams] = useSearchParams();
  const update = useCallback(
    // NB: read from the window: two changes may come before the next render.
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

/** `path` with the current time range, so that the next page shows the same time. */
export function withRange(path: string, params: URLSearchParams, more: Change = {}): string {
  const kept = new URLSearchParams();
  for (const name of SHARED) {
    const value = params.get(name);
    if (value !== null) kept.set(name, value);
  }
  const query = changed(kept, more).toString();
  return query === '' ? path : `${path}?${query}`;
}

/** Makes links to other pages that keep the time range. */
export function useLink(): (path: string, more?: Change) => string {
  const [params] = useSearchParams();
  return useCallback((path, more) => withRange(path, params, more), [params]);
}
