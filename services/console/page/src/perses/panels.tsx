// Panels made of the page's own parts: log lines, traces, text.
import type { LogData } from '@perses-dev/core';
import type { PanelPlugin, PanelProps } from '@perses-dev/plugin-system';
import { lineOfFields } from '../lib/logs';
import { LogLines } from '../ui/LogLines';
import { Markdown as Text } from '../ui/Markdown';
import { Scroll } from '../ui/Scroll';
import { Empty } from '../ui/states';
import { TraceList } from '../ui/TraceList';
import type { Traces } from './queries';

function Lines({ queryResults }: PanelProps<Record<string, unknown>>) {
  const entries = queryResults.flatMap((it) => (it.data as LogData).entries);
  if (entries.length === 0) return <Empty>No log line matches in this time range.</Empty>;
  return (
    <Scroll label="Log lines" size="full">
      <LogLines compact lines={entries.map((it, at) => lineOfFields(it.labels, at))} />
    </Scroll>
  );
}

function TracesPanel({ queryResults }: PanelProps<Record<string, unknown>>) {
  const traces = queryResults.flatMap((it) => (it.data as Traces).traces);
  if (traces.length === 0) return <Empty>No trace matches in this time range.</Empty>;
  return <TraceList traces={traces} />;
}

function TextPanel({ spec }: PanelProps<{ text?: string }>) {
  return <Text text={spec.text ?? ''} />;
}

export const LogsTable: PanelPlugin = {
  PanelComponent: Lines,
  createInitialOptions: () => ({}),
  supportedQueryTypes: ['LogQuery'],
};
export const TraceTable: PanelPlugin = {
  PanelComponent: TracesPanel,
  createInitialOptions: () => ({}),
  supportedQueryTypes: ['TraceQuery'],
};
export const Markdown = { PanelComponent: TextPanel, createInitialOptions: () => ({ text: '' }) };
