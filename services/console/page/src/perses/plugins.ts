// What Perses' parts find by name: panels and queries. Theirs are taken without their editors, as nothing is edited here, and
// each is loaded when a panel first needs it.
import type {
  PluginImplementation,
  PluginMetadataWithModule,
  PluginRegistryContextType,
  PluginType,
} from '@perses-dev/plugin-system';

type Loader = () => Promise<unknown>;

const PLUGINS: Partial<Record<PluginType, Record<string, Loader>>> = {
  Panel: {
    TimeSeriesChart: async () => {
      const { TimeSeriesChartPanel } = await import('@perses-dev/timeseries-chart-plugin/lib/TimeSeriesChartPanel');
      return { PanelComponent: TimeSeriesChartPanel };
    },
    StatChart: async () => {
      const { StatChartPanel } = await import('@perses-dev/stat-chart-plugin/lib/StatChartPanel');
      return { PanelComponent: StatChartPanel };
    },
    GaugeChart: async () => {
      const { GaugeChartPanel } = await import('@perses-dev/gauge-chart-plugin/lib/GaugeChartPanel');
      return { PanelComponent: GaugeChartPanel };
    },
    BarChart: async () => {
      const { BarChartPanel } = await import('@perses-dev/bar-chart-plugin/lib/BarChartPanel');
      return { PanelComponent: BarChartPanel };
    },
    Table: async () => {
      const { TablePanel, getTablePanelQueryOptions } = await import('@perses-dev/table-plugin/lib/TablePanel');
      return { PanelComponent: TablePanel, queryOptions: getTablePanelQueryOptions };
    },
    Markdown: async () => (await import('./panels')).Markdown,
    LogsTable: async () => (await import('./panels')).LogsTable,
    TraceTable: async () => (await import('./panels')).TraceTable,
  },
  TimeSeriesQuery: {
    PrometheusTimeSeriesQuery: async () => (await import('./queries')).PrometheusTimeSeriesQuery,
    VictoriaLogsTimeSeriesQuery: async () => (await import('./queries')).VictoriaLogsTimeSeriesQuery,
  },
  LogQuery: {
    VictoriaLogsLogQuery: async () => (await import('./queries')).VictoriaLogsLogQuery,
  },
  TraceQuery: {
    JaegerTraceQuery: async () => (await import('./queries')).JaegerTraceQuery,
  },
};

/** What there is of a kind. */
export function names(kind: PluginType): string[] {
  return Object.keys(PLUGINS[kind] ?? {});
}

export const registry: PluginRegistryContextType = {
  async getPlugin<T extends PluginType>(type: T, name: string) {
    const load = PLUGINS[type]?.[name];
    if (!load) throw new Error(`There is no ${type} called ${name} in this console.`);
    return (await load()) as PluginImplementation<T>;
  },
  async listPluginMetadata(types: PluginType[]) {
    return types.flatMap((kind) => names(kind).map((name) => described(kind, name)));
  },
};

function described(kind: PluginType, name: string): PluginMetadataWithModule {
  return { kind, spec: { name, display: { name } }, module: { name: 'groundwork', version: '1' } };
}
