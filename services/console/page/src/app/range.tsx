// The time range of the page: read from the address, shared by every panel, renewed by each refresh.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { duration, type Range, rangeOf, rangeParams, type Span, spanOf } from '../lib/time';
import { useAddress } from './address';

export interface TimeRange {
  range: Range;
  /** Start and end; the same object until a refresh or another range. */
  span: Span;
  interval: string;
  setRange(range: Range): void;
  setInterval(interval: string): void;
  refresh(): void;
}

const Context = createContext<TimeRange | null>(null);
const FALLBACK = '1h';
/** Bounds of the refresh interval in milliseconds: the address may hold any value. */
const [OFTEN, SELDOM] = [1000, 3_600_000];

export function RangeProvider({ children }: { children: ReactNode }) {
  const { params, update } = useAddress();
  const [start, end] = [params.get('start'), params.get('end')];
  const interval = params.get('refresh') ?? '30s';
  const [tick, setTick] = useState(0);
  const client = useQueryClient();
  const range = useMemo(() => rangeOf(start, end, FALLBACK), [start, end]);
  const fixed = !('past' in range);
  const refresh = useCallback(() => {
    setTick((it) => it + 1);
    // A relative range makes every query a new one. Queries with a fixed range, and failed ones, are asked again here.
    void client.refetchQueries(
      { type: 'active', predicate: (it) => fixed || it.state.status === 'error' },
      { cancelRefetch: false },
    );
  }, [client, fixed]);
  const period = duration(interval) ?? 0;

  useEffect(() => {
    if (period <= 0) return undefined;
    // A hidden page sends no queries; it refreshes when it becomes visible.
    const look = () => document.visibilityState === 'visible' && refresh();
    const timer = window.setInterval(look, Math.min(Math.max(period, OFTEN), SELDOM));
    document.addEventListener('visibilitychange', look);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [period, refresh]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each `tick` moves the end to now
  const span = useMemo(() => spanOf(range, new Date()), [range, tick]);
  const value = useMemo<TimeRange>(
    () => ({
      range,
      span,
      interval,
      setRange: (it) => update(rangeParams(it)),
      setInterval: (it) => update({ refresh: it }),
      refresh,
    }),
    [range, span, interval, update, refresh],
  );
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useRange(): TimeRange {
  const found = useContext(Context);
  if (!found) throw new Error('there is no RangeProvider above');
  return found;
}
