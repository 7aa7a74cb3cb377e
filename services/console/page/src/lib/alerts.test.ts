import { describe, expect, it } from 'vitest';
import { active, firing, silencedBy } from './alerts';
import type { Group } from './prometheus';

describe('alerts', () => {
  const alert = (severity: string, state: 'firing' | 'pending', extra = {}) => ({
    labels: { severity, ...extra },
    annotations: {},
    state,
    value: '1',
  });
  const rule = (name: string, alerts: ReturnType<typeof alert>[]) => ({
    type: 'alerting' as const,
    name,
    query: '',
    health: 'ok',
    alerts,
  });
  const groups: Group[] = [
    {
      name: 'g',
      file: 'f',
      rules: [
        rule('Watchdog', [alert('none', 'firing')]),
        rule('A', [alert('warning', 'firing')]),
        rule('B', [alert('critical', 'pending')]),
        rule('C', [alert('critical', 'firing')]),
      ],
    },
  ];

  it('come the worst first, and the heartbeat counts for nothing', () => {
    expect(active(groups).map((it) => it.rule.name)).toEqual(['C', 'A', 'Watchdog', 'B']);
    expect(firing(groups).map((it) => it.rule.name)).toEqual(['C', 'A']);
  });

  it('are silenced when every matcher fits', () => {
    const silence = (
      matchers: { name: string; value: string; isRegex: boolean; isEqual?: boolean }[],
      state: 'active' | 'pending' = 'active',
    ) => ({ id: '1', comment: '', createdBy: '', startsAt: '', endsAt: '', status: { state }, matchers });
    const labels = { alertname: 'X', service: 'hello' };
    const matching = silence([
      { name: 'service', value: 'hel+o', isRegex: true },
      { name: 'pod', value: 'y', isRegex: false, isEqual: false },
    ]);
    expect(silencedBy(labels, [matching])).toBe(matching);
    expect(silencedBy(labels, [silence([{ name: 'service', value: 'hell', isRegex: true }])])).toBeUndefined();
    expect(
      silencedBy(labels, [silence([{ name: 'service', value: 'hello', isRegex: false }], 'pending')]),
    ).toBeUndefined();
    // RE2's syntax; an expression that JavaScript cannot read matches nothing.
    expect(silencedBy(labels, [silence([{ name: 'service', value: '(?i)HELLO', isRegex: true }])])).toBeDefined();
    expect(silencedBy(labels, [silence([{ name: 'service', value: '(?P<x>hello)', isRegex: true }])])).toBeUndefined();
  });
});
