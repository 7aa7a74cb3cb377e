import { describe, expect, it } from 'vitest';
import operations from '../../../docs/operations.md?raw';
import { render } from '../ui/Markdown';
import { anchorOf, runbookAnchor, section } from './runbook';

describe('the runbook', () => {
  const text = '# A\n## Some Thing\nfirst\n### Inner\nsecond\n```\n## no heading\n```\n## Other\nthird';

  it('is the section below the heading, with what is inside it', () => {
    expect(section(text, 'some-thing')).toBe('first\n### Inner\nsecond\n```\n## no heading\n```');
    expect(section(text, 'other')).toBe('third');
    expect(section(text, 'none')).toBeNull();
  });

  it('is found by the annotation, else by the name of the alert', () => {
    expect(runbookAnchor('X', { runbook: 'docs/operations.md#servicedown' })).toBe('servicedown');
    expect(runbookAnchor('TargetDown', {})).toBe('targetdown');
    expect(anchorOf('Metrics, logs and traces')).toBe('metrics-logs-and-traces');
  });

  it('is there for the alerts of the stack', () => {
    for (const it of ['targetdown', 'brokerdown', 'consumerlag', 'serviceslow', 'watchdog'])
      expect(section(operations, it), it).toBeTruthy();
  });

  it('is drawn as text with marks, and what is HTML in it is shown', () => {
    const html = render('**Look:** `x` <img src=x onerror=alert(1)> [in](docs/x.md) [out](https://example.org/"a)');
    expect(html).toContain('<strong>Look:</strong> <code>x</code>');
    expect(html).not.toContain('<img');
    expect(html).not.toContain('docs/x.md');
  });
});
