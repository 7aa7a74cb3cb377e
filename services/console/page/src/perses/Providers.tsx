// The React contexts that Perses' parts need: theme, plugins, datasources, time. Each of their parts is inside one of these.
import { ThemeProvider } from '@mui/material/styles';
import { ChartsProvider, generateChartsTheme, getTheme } from '@perses-dev/components';
import type { DurationString } from '@perses-dev/core';
import {
  BuiltinVariableContext,
  DatasourceStoreContext,
  PluginRegistryContext,
  TimeRangeContext,
  VariableContext,
  type VariableStateMap,
} from '@perses-dev/plugin-system';
import { type ReactNode, useMemo } from 'react';
import { useRange } from '../app/range';
import { useMode } from '../app/theme';
import { duration } from '../lib/time';
import { registry } from './plugins';
import { store } from './store';

const FONT = getComputedStyle(document.documentElement).getPropertyValue('--sans') || 'sans-serif';
// Ten colours that are distinct on a light and a dark background; then margins.
const CHARTS = {
  color: ['#2f8fd0', '#1f9e74', '#d98a1e', '#c2569b', '#7a6fd6', '#c8553d', '#4fb0b5', '#9a8b2f', '#8c8f94', '#5a7bd8'],
  grid: { top: 8, right: 12, bottom: 0, left: 12, containLabel: true },
  timeAxis: { axisLabel: { margin: 8, fontSize: 11, hideOverlap: true } },
  categoryAxis: { axisLabel: { margin: 8, fontSize: 11, hideOverlap: true } },
  valueAxis: { axisLabel: { margin: 8, fontSize: 11 } },
};
const NO_VARIABLES: VariableStateMap = {};
const BUILTIN = {
  variables: ['__interval', '__interval_ms', '__rate_interval'].map((name) => ({
    kind: 'BuiltinVariable' as const,
    spec: { name, source: 'Prometheus', value: () => `$${name}` },
  })),
};

/** Perses' theme with the page's background and font, which each text variant names for itself. */
function themeOf(mode: 'light' | 'dark') {
  const kinds = Object.entries(getTheme(mode).typography).map(([kind, it]) => [
    kind,
    typeof it === 'object' ? { ...it, fontFamily: FONT } : it,
  ]);
  const { palette } = getTheme(mode);
  const ground = mode === 'dark' ? '#171d21' : '#ffffff';
  const background = { ...palette.background, default: ground, paper: ground };
  return getTheme(mode, {
    palette: { ...palette, background },
    typography: { ...Object.fromEntries(kinds), fontFamily: FONT },
  });
}

export function Providers({
  variables = NO_VARIABLES,
  children,
}: {
  variables?: VariableStateMap;
  children: ReactNode;
}) {
  const mode = useMode();
  const { theme, charts } = useMemo(() => {
    const found = themeOf(mode);
    return { theme: found, charts: generateChartsTheme(found, { echartsTheme: CHARTS }) };
  }, [mode]);
  const { range, span, interval, setRange, setInterval, refresh } = useRange();
  const time = useMemo(
    () => ({
      timeRange: 'past' in range ? { pastDuration: range.past as DurationString } : span,
      absoluteTimeRange: span,
      // A range selected in a chart becomes the page's time range.
      setTimeRange: (it: { pastDuration: DurationString } | { start: Date; end: Date }) =>
        setRange(
          'pastDuration' in it ? { past: it.pastDuration } : { start: it.start.getTime(), end: it.end.getTime() },
        ),
      refresh,
      refreshKey: '',
      refreshInterval: interval as DurationString,
      refreshIntervalInMs: duration(interval) ?? 0,
      setRefreshInterval: (it: DurationString) => setInterval(it),
    }),
    [range, span, interval, setRange, setInterval, refresh],
  );
  const state = useMemo(() => ({ state: variables }), [variables]);
  return (
    <ThemeProvider theme={theme}>
      <ChartsProvider chartsTheme={charts} enablePinning={false}>
        <PluginRegistryContext.Provider value={registry}>
          <DatasourceStoreContext.Provider value={store}>
            <TimeRangeContext.Provider value={time}>
              <BuiltinVariableContext.Provider value={BUILTIN}>
                <VariableContext.Provider value={state}>{children}</VariableContext.Provider>
              </BuiltinVariableContext.Provider>
            </TimeRangeContext.Provider>
          </DatasourceStoreContext.Provider>
        </PluginRegistryContext.Provider>
      </ChartsProvider>
    </ThemeProvider>
  );
}
