// The time range of the whole page: from the address, shared by everything that is drawn, made new by each refresh.
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { duration, type Range, rangeOf, rangeParams, type Span, spanOf } from '../lib/time';
import { useAddress } from './address';

export interface TimeRange {
  range: Range;
  /** Both ends as moments; the same object until a refresh or another range. */
  span: Span;
  interval: string;
  setRange(range: Range): void;
  setInterval(interval: string): void;
  refresh(): void;
}

const Context = createContext<TimeRange | null>(null);
const FALLBACK = '1h';

export function RangeProvider({ children }: { children: ReactNode }) {
  const { params, update } = useAddress();
  const [start, end] = [params.get('start'), params.get('end')];
  const interval = params.get('refresh') ?? '30s';
  const [tick, setTick] = useState(0);
  const refresh = useCallback(() => setTick((it) => it + 1), []);
  const period = duration(interval) ?? 0;

  useEffect(() => {
    if (period <= 0) return undefined;
    // A page that nobody looks at asks for nothing.
    const timer = window.setInterval(() => document.visibilityState === 'visible' && refresh(), period);
    return () => window.clearInterval(timer);
  }, [period, refresh]);

  const range = useMemo(() => rangeOf(start, end, FALLBACK), [start, end]);
  // `tick` makes it now again.
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
