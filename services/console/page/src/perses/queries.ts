// The query plugins: Perses' own for Prometheus, and ours for VictoriaLogs and Jaeger.
import type { AbsoluteTimeRange, LogData, TimeSeriesData, TraceData } from '@perses-dev/core';
import {
  parseVariables,
  replaceVariables,
  type TimeSeriesQueryPlugin,
  type TraceQueryPlugin,
  type VariableStateMap,
} from '@perses-dev/plugin-system';
import { getTimeSeriesData } from '@perses-dev/prometheus-plugin/lib/plugins/prometheus-time-series-query/get-time-series-data';
import { postJson } from '../lib/api';
import { find } from '../lib/jaeger';
import { lines } from '../lib/logs';
import { step as stepOf } from '../lib/time';
import type { Trace } from '../lib/traces';

interface PrometheusSpec {
  query: string;
  seriesNameFormat?: string;
  minStep?: string;
}

const uses = (...texts: (string | undefined)[]) => ({ variables: texts.flatMap((it) => parseVariables(it ?? '')) });

export const PrometheusTimeSeriesQuery = {
  getTimeSeriesData,
  dependsOn: (spec: PrometheusSpec) => uses(spec.query, spec.seriesNameFormat),
} as unknown as TimeSeriesQueryPlugin;

interface LogsSpec {
  query: string;
  seriesNameFormat?: string;
  limit?: number;
}

interface LogContext {
  timeRange: AbsoluteTimeRange;
  variableState: VariableStateMap;
}

export const VictoriaLogsLogQuery = {
  createInitialOptions: () => ({ query: '*' }),
  dependsOn: (spec: LogsSpec) => uses(spec.query),
  async getLogData(spec: LogsSpec, { timeRange, variableState }: LogContext): Promise<LogData> {
    const query = replaceVariables(spec.query, variableState);
    const found = await lines(query, timeRange, spec.limit ?? 100);
    const entries = found.map((it) => ({ timestamp: Date.parse(it.time) / 1000, line: it.message, labels: it.fields }));
    return { timeRange, entries, totalCount: entries.length, metadata: { executedQueryString: query } };
  },
};

type Matrix = { data: { result: { metric: Record<string, string>; values: [number, string][] }[] } };

/** LogsQL with `| stats` as a time series. */
export const VictoriaLogsTimeSeriesQuery = {
  createInitialOptions: () => ({ query: '* | stats count()' }),
  dependsOn: (spec: LogsSpec) => uses(spec.query, spec.seriesNameFormat),
  async getTimeSeriesData(spec: LogsSpec, { timeRange, variableState }: LogContext): Promise<TimeSeriesData> {
    const query = replaceVariables(spec.query, variableState);
    const step = stepOf(timeRange, 120);
    const [start, end] = [timeRange.start, timeRange.end].map((it) => Math.floor(it.getTime() / step) * step) as [
      number,
      number,
    ];
    const params = { query, step: `${step}ms`, start: new Date(start).toISOString(), end: new Date(end).toISOString() };
    const answer = await postJson<Matrix>('/proxy/victorialogs/select/logsql/stats_query_range', params);
    const series = answer.data.result.map(({ metric, values }) => {
      const { __name__: figure = 'value', ...labels } = metric;
      const name =
        spec.seriesNameFormat?.replace(/{{\s*([^}\s]+)\s*}}/g, (_, label: string) => labels[label] ?? '') ||
        Object.values(labels).join(' ') ||
        figure;
      // VictoriaLogs leaves out steps without lines: they are zero. The range ends before the step at `end`.
      const known = new Map(values.map(([time, value]) => [Math.round(time * 1000), Number(value)]));
      const steps = Array.from({ length: Math.max(1, (end - start) / step) }, (_, at) => start + at * step);
      return {
        name,
        formattedName: name,
        labels,
        values: steps.map((time): [number, number] => [time, known.get(time) ?? 0]),
      };
    });
    return {
      timeRange: { start: new Date(start), end: new Date(end) },
      stepMs: step,
      series,
      metadata: { executedQueryString: query },
    };
  },
} as unknown as TimeSeriesQueryPlugin;

interface TraceSpec {
  service?: string;
  operation?: string;
  minDuration?: string;
  errors?: boolean;
  limit?: number;
}

/** Perses' form of a trace, with the page's form beside it. */
export type Traces = TraceData & { traces: Trace[] };

export const JaegerTraceQuery: TraceQueryPlugin<TraceSpec & Record<string, unknown>> = {
  createInitialOptions: () => ({}),
  dependsOn: (spec) => uses(spec.service, spec.operation, spec.minDuration),
  async getTraceData(spec, { absoluteTimeRange, variableState }) {
    if (!absoluteTimeRange) throw new Error('A search for traces needs a time range.');
    const search = {
      service: replaceVariables(spec.service ?? '', variableState),
      operation: replaceVariables(spec.operation ?? '', variableState),
      minimum: replaceVariables(spec.minDuration ?? '', variableState),
      maximum: '',
      errors: spec.errors ?? false,
      limit: spec.limit ?? 20,
    };
    const traces = await find(search, absoluteTimeRange);
    const found: Traces = {
      traces,
      searchResult: traces.map(summary),
      metadata: { executedQueryString: JSON.stringify(search) },
    };
    return found;
  },
};

function summary(trace: Trace): NonNullable<TraceData['searchResult']>[number] {
  const { root } = trace;
  const serviceStats: Record<string, { spanCount: number; errorCount?: number }> = {};
  for (const span of trace.spans) {
    const stats = serviceStats[span.service] ?? { spanCount: 0 };
    serviceStats[span.service] = stats;
    stats.spanCount += 1;
    if (span.error) stats.errorCount = (stats.errorCount ?? 0) + 1;
  }
  return {
    traceId: trace.id,
    rootServiceName: root.service,
    rootTraceName: root.name,
    startTimeUnixMs: trace.start,
    durationMs: trace.duration,
    serviceStats,
  };
}
