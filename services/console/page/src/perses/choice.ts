// What a dashboard's variable is, by what was chosen.
import type { VariableDefinition } from '@perses-dev/core';

/** Perses' word for all of a list, also in the address. */
export const ALL = '$__all';

/** What is chosen while nothing is: the file's own default, else all, else the first. */
export function initial(it: VariableDefinition, list: string[]): string {
  if (it.kind === 'TextVariable') return it.spec.value;
  const fallback = it.spec.defaultValue;
  if (typeof fallback === 'string') return fallback;
  return it.spec.allowAllValue ? ALL : (list[0] ?? '');
}

/** What stands in a query: the choice, or what means all of them. */
export function queryValue(it: VariableDefinition, chosen: string | null, list: string[]): string | string[] {
  const value = chosen ?? initial(it, list);
  if (it.kind !== 'ListVariable' || value !== ALL) return value;
  return it.spec.customAllValue ?? list;
}
