// Sends Perses' queries through the console's server, so that errors have a reason and a remedy.
import type { DatasourceSpec } from '@perses-dev/core';
import type { DatasourceStore } from '@perses-dev/plugin-system';
import { postJson } from '../lib/api';

const PROMETHEUS: DatasourceSpec = {
  default: true,
  // The shortest step of a chart; `$__rate_interval` is derived from it.
  plugin: { kind: 'PrometheusDatasource', spec: { directUrl: '/proxy/prometheus', scrapeInterval: '15s' } },
};

type Query = Record<string, string | number | undefined>;
const prometheus = {
  options: { datasourceUrl: '/proxy/prometheus' },
  instantQuery: (params: Query) => postJson('/proxy/prometheus/api/v1/query', params),
  rangeQuery: (params: Query) => postJson('/proxy/prometheus/api/v1/query_range', params),
};

export const store: DatasourceStore = {
  async getDatasource({ kind }) {
    if (kind !== PROMETHEUS.plugin.kind) throw new Error(`There is no ${kind} in this console.`);
    return PROMETHEUS;
  },
  async getDatasourceClient<Client>() {
    return prometheus as Client;
  },
  listDatasourceSelectItems: async () => [],
  getLocalDatasources: () => ({}),
  setLocalDatasources: () => undefined,
  getSavedDatasources: () => ({}),
  setSavedDatasources: () => undefined,
};
