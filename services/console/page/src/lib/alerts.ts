// Alerts: Prometheus' rules and Alertmanager's silences.
import { getJson } from './api';
import type { Alert, Group, Rule } from './prometheus';

/** False for severity `none`: the heartbeat of alerting, which fires all the time. */
export function matters(labels: Record<string, string> | undefined): boolean {
  return labels?.severity !== 'none';
}

export interface Active {
  rule: Rule;
  alert: Alert;
}

const ORDER = ['critical', 'warning'];

/** The firing alerts that matter, the most severe first. */
export function firing(groups: Group[]): Active[] {
  return active(groups).filter(({ alert }) => alert.state === 'firing' && matters(alert.labels));
}

/** Every firing or pending alert. */
export function active(groups: Group[]): Active[] {
  const all = groups.flatMap((it) => it.rules).flatMap((rule) => (rule.alerts ?? []).map((alert) => ({ rule, alert })));
  const weight = ({ alert }: Active) => {
    const found = ORDER.indexOf(alert.labels.severity ?? '');
    return (found < 0 ? ORDER.length : found) + (alert.state === 'firing' ? 0 : 10);
  };
  return all.sort((a, b) => weight(a) - weight(b));
}

export function alertRules(groups: Group[]): (Rule & { group: string })[] {
  return groups.flatMap((it) =>
    it.rules.filter((rule) => rule.type === 'alerting').map((rule) => ({ ...rule, group: it.name })),
  );
}

export interface Silence {
  id: string;
  comment: string;
  createdBy: string;
  startsAt: string;
  endsAt: string;
  status: { state: 'active' | 'pending' | 'expired' };
  matchers: { name: string; value: string; isRegex: boolean; isEqual?: boolean }[];
}

export async function silences(signal?: AbortSignal): Promise<Silence[]> {
  const all = await getJson<Silence[]>('/proxy/alertmanager/api/v2/silences', {}, signal);
  return all.filter((it) => it.status.state !== 'expired');
}

/** The active silence that matches `labels`. */
export function silencedBy(labels: Record<string, string>, all: Silence[]): Silence | undefined {
  const fits = (it: Silence['matchers'][number]) => {
    const value = labels[it.name] ?? '';
    const same = it.isRegex ? matches(value, it.value) : value === it.value;
    return same === (it.isEqual ?? true);
  };
  return all.find((it) => it.status.state === 'active' && it.matchers.every(fits));
}

/** Matches an RE2 expression, whose flags stand at its front. One that JavaScript cannot read matches nothing. */
function matches(value: string, expression: string): boolean {
  const [, flags = '', rest = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(expression) ?? [];
  try {
    return new RegExp(`^(?:${rest})$`, flags).test(value);
  } catch {
    return false;
  }
}

export function matcherText(it: Silence['matchers'][number]): string {
  const operator = it.isRegex ? (it.isEqual === false ? '!~' : '=~') : it.isEqual === false ? '!=' : '=';
  return `${it.name}${operator}${JSON.stringify(it.value)}`;
}
