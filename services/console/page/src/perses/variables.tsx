// The variables of a dashboard: values from the address (`var-NAME`), options from their backends.
import type { ListVariableDefinition, VariableDefinition } from '@perses-dev/core';
import { parseVariables, replaceVariables, type VariableStateMap } from '@perses-dev/plugin-system';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useAddress } from '../app/address';
import { useRange } from '../app/range';
import { getJson } from '../lib/api';
import type { Span } from '../lib/time';
import { Fault } from '../ui/states';
import { ALL, initial, queryValue } from './choice';

interface LabelValues {
  labelName: string;
  matchers?: string[];
}

/** The options of a list variable, after the variables that it uses are replaced. */
async function options(
  definition: ListVariableDefinition,
  variables: VariableStateMap,
  span: Span,
  signal?: AbortSignal,
): Promise<string[]> {
  const { kind, spec } = definition.spec.plugin;
  switch (kind) {
    case 'PrometheusLabelValuesVariable': {
      const { labelName, matchers = [] } = spec as unknown as LabelValues;
      const params = {
        'match[]': matchers.map((it) => replaceVariables(it, variables)),
        start: span.start.getTime() / 1000,
        end: span.end.getTime() / 1000,
      };
      const { data } = await getJson<{ data: string[] }>(
        `/proxy/prometheus/api/v1/label/${encodeURIComponent(labelName)}/values`,
        params,
        signal,
      );
      return data;
    }
    case 'StaticListVariable':
      return (spec.values as (string | { value: string })[]).map((it) => (typeof it === 'string' ? it : it.value));
    default:
      throw new Error(`There is no variable called ${kind} in this console.`);
  }
}

function needs(definition: VariableDefinition): string[] {
  return parseVariables(JSON.stringify(definition.spec));
}

export interface Variable {
  definition: VariableDefinition;
  chosen: string;
  options: string[];
  error: unknown;
}

export function useVariables(definitions: VariableDefinition[]): { variables: Variable[]; state: VariableStateMap } {
  const { params } = useAddress();
  const { span } = useRange();
  const chosen = (it: VariableDefinition) => params.get(`var-${it.spec.name}`);
  // The address holds every choice, so a variable's dependencies are known before their options are.
  const known: VariableStateMap = Object.fromEntries(
    definitions.map((it) => [it.spec.name, { value: queryValue(it, chosen(it), []), loading: false }]),
  );
  const found = useQueries({
    queries: definitions.map((it) => ({
      queryKey: ['variable', it, needs(it).map((name) => known[name]?.value), span],
      queryFn: ({ signal }: { signal?: AbortSignal }) =>
        it.kind === 'ListVariable' ? options(it, known, span, signal) : Promise.resolve([]),
    })),
  });
  const variables = definitions.map((definition, at): Variable => {
    const list = found[at]?.data ?? [];
    return {
      definition,
      chosen: String(chosen(definition) ?? initial(definition, list)),
      options: list,
      error: found[at]?.error,
    };
  });
  // The same object until a value changes: every chart depends on it.
  const key = JSON.stringify(Object.fromEntries(variables.map((it) => [it.definition.spec.name, stateOf(it)])));
  const state = useMemo(() => JSON.parse(key) as VariableStateMap, [key]);
  return { variables, state };
}

function stateOf({ definition, chosen, options: list, error }: Variable): VariableStateMap[string] {
  const loading = chosen === '' && list.length === 0 && !error;
  return { value: queryValue(definition, chosen, list), loading };
}

export function VariableList({ of }: { of: Variable[] }) {
  const { update } = useAddress();
  const shown = of.filter((it) => !it.definition.spec.display?.hidden);
  if (shown.length === 0) return null;
  return (
    <div className="filters">
      {shown.map(({ definition, chosen, options: list, error }) => {
        const { name, display } = definition.spec;
        const choose = (value: string) => update({ [`var-${name}`]: value });
        return (
          <div className="field" key={name}>
            <label htmlFor={`var-${name}`}>{display?.name ?? name}</label>
            {definition.kind === 'TextVariable' ? (
              <input
                id={`var-${name}`}
                key={chosen}
                defaultValue={chosen}
                onBlur={(event) => choose(event.target.value)}
                onKeyDown={(event) => event.key === 'Enter' && choose(event.currentTarget.value)}
              />
            ) : (
              <select id={`var-${name}`} value={chosen} onChange={(event) => choose(event.target.value)}>
                {definition.spec.allowAllValue && <option value={ALL}>All</option>}
                {(chosen === ALL || list.includes(chosen) ? list : [chosen, ...list]).map((it) => (
                  <option key={it}>{it}</option>
                ))}
              </select>
            )}
            {error ? <Fault error={error} /> : null}
          </div>
        );
      })}
    </div>
  );
}
