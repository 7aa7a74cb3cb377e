// The value of a dashboard's variable.
import type { VariableDefinition } from '@perses-dev/core';

/** Perses' value for "all", also in the address. */
export const ALL = '$__all';

/** The default: the dashboard's own, else all, else the first option. */
export function initial(it: VariableDefinition, list: string[]): string {
  if (it.kind === 'TextVariable') return it.spec.value;
  const fallback = it.spec.defaultValue;
  if (typeof fallback === 'string') return fallback;
  return it.spec.allowAllValue ? ALL : (list[0] ?? '');
}

/** The value in a query: the choice, or the options that "all" stands for. */
export function queryValue(it: VariableDefinition, chosen: string | null, list: string[]): string | string[] {
  const value = chosen ?? initial(it, list);
  if (it.kind !== 'ListVariable' || value !== ALL) return value;
  return it.spec.customAllValue ?? list;
}
