import type { DashboardResource, VariableDefinition } from '@perses-dev/core';
import { describe, expect, it } from 'vitest';
import { ALL, queryValue } from './choice';
import { exploreOf } from './explore';
import { names } from './plugins';

const FILES = import.meta.glob<DashboardResource>(
  ['../../../../../components/*/watch/dashboard.json', '../../../../../services/*/watch/dashboard.json'],
  {
    eager: true,
    import: 'default',
  },
);
const ALL_DASHBOARDS = Object.values(FILES).map((it): [string, DashboardResource] => [it.metadata.name, it]);

describe.each(ALL_DASHBOARDS)('%s', (name, { spec }) => {
  it('has a name for its address', () => expect(encodeURIComponent(name)).toBe(name));

  it('places each of its panels once, and none over another', () => {
    const placed: string[] = [];
    for (const { spec: layout } of spec.layouts) {
      const cells = new Set<string>();
      for (const { x, y, width, height, content } of layout.items) {
        placed.push(content.$ref.replace('#/spec/panels/', ''));
        expect(x + width, content.$ref).toBeLessThanOrEqual(24);
        for (let at = 0; at < width * height; at += 1) cells.add(`${x + (at % width)} ${y + Math.floor(at / width)}`);
      }
      expect(cells.size).toBe(layout.items.reduce((sum, it) => sum + it.width * it.height, 0));
    }
    expect(placed.sort()).toEqual(Object.keys(spec.panels).sort());
  });

  it.each(Object.entries(spec.panels))('%s has plugins that there are, and opens in Explore', (_, panel) => {
    expect(names('Panel')).toContain(panel.spec.plugin.kind);
    for (const query of panel.spec.queries ?? [])
      expect(names(query.kind as 'LogQuery')).toContain(query.spec.plugin.kind);
    expect(exploreOf(panel, (text) => text)?.path).toMatch(/^\/explore\//);
  });

  it('uses no variable that it does not have', () => {
    const own = spec.variables.map((it) => it.spec.name);
    const used = [...JSON.stringify([spec.panels, spec.variables]).matchAll(/\$(\w+)/g)].map(([, name = '']) => name);
    expect(used.filter((it) => !it.startsWith('__') && !own.includes(it))).toEqual([]);
  });
});

it('each dashboard has a name of its own, and those that others lead to are there', () => {
  const called = ALL_DASHBOARDS.map(([name]) => name);
  expect(new Set(called).size).toBe(called.length);
  expect(called).toEqual(
    expect.arrayContaining(['cluster', 'event-bus', 'logs', 'node', 'services', 'stack', 'traces']),
  );
});

it('a panel takes its variables along into Explore', () => {
  const query = (kind: string, spec: Record<string, unknown>) => ({ kind: 'x', spec: { plugin: { kind, spec } } });
  const panel = (...queries: ReturnType<typeof query>[]) => ({
    kind: 'Panel' as const,
    spec: { display: { name: '' }, plugin: { kind: '', spec: {} }, queries },
  });
  const fill = (text: string) => text.replace('$ns', 'hello');
  expect(
    exploreOf(
      panel(
        query('PrometheusTimeSeriesQuery', { query: 'a{n="$ns"}' }),
        query('PrometheusTimeSeriesQuery', { query: 'b' }),
      ),
      fill,
    ),
  ).toEqual({
    path: '/explore/metrics',
    params: { q: ['a{n="hello"}', 'b'] },
  });
  expect(exploreOf(panel(query('JaegerTraceQuery', { service: '$ns', errors: true })), fill)?.params).toMatchObject({
    service: 'hello',
    errors: '1',
  });
  expect(exploreOf(panel(query('VictoriaLogsLogQuery', { query: '{x="$ns"}' })), fill)).toEqual({
    path: '/explore/logs',
    params: { q: '{x="hello"}' },
  });
  expect(exploreOf(panel(), fill)).toBeNull();
});

describe('a variable', () => {
  const list = (more: object): VariableDefinition =>
    ({
      kind: 'ListVariable',
      spec: { name: 'v', allowMultiple: false, allowAllValue: true, plugin: { kind: '', spec: {} }, ...more },
    }) as VariableDefinition;

  it('is what was chosen', () => expect(queryValue(list({}), 'b', ['a', 'b'])).toBe('b'));
  it('of all is what the file says, else every one', () => {
    expect(queryValue(list({ customAllValue: '.+' }), ALL, ['a', 'b'])).toBe('.+');
    expect(queryValue(list({}), null, ['a', 'b'])).toEqual(['a', 'b']);
  });
  it('without all is the first', () => expect(queryValue(list({ allowAllValue: false }), null, ['a', 'b'])).toBe('a'));
});
