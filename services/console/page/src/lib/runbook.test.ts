import { describe, expect, it } from 'vitest';
import { render } from '../ui/Markdown';
import { anchorOf, RUNBOOKS, runbook, section } from './runbook';

describe('the runbook', () => {
  const text = '# A\n## Some Thing\nfirst\n### Inner\nsecond\n```\n## no heading\n```\n## Other\nthird';

  it('is the section below the heading, with what is inside it', () => {
    expect(section(text, 'some-thing')).toBe('first\n### Inner\nsecond\n```\n## no heading\n```');
    expect(section(text, 'other')).toBe('third');
    expect(section(text, 'none')).toBeNull();
    expect(anchorOf('Metrics, logs and traces')).toBe('metrics-logs-and-traces');
  });

  const all = {
    'components/a/watch/runbook.md': '# A\n## Down\nof a',
    'components/b/watch/runbook.md': '# B\n## Down\nof b\n## Slow\nslowly',
  };

  it('is found by the annotation: the file, and the section in it', () => {
    expect(runbook(all, 'X', { runbook: 'components/b/watch/runbook.md#down' })).toBe('of b');
    expect(runbook(all, 'Down', { runbook: 'components/b/watch/runbook.md' })).toBe('of b');
    expect(runbook(all, 'X', { runbook: 'components/a/watch/runbook.md#slow' })).toBeNull();
  });

  it('is found by the name of the alert where no annotation names a file of ours', () => {
    expect(runbook(all, 'Slow', undefined)).toBe('slowly');
    expect(runbook(all, 'X', { runbook_url: 'https://example.org/book#slow' })).toBe('slowly');
    expect(runbook(all, 'None', {})).toBeNull();
  });

  it('is there for the alerts of the stack, of components and of services', () => {
    for (const it of ['TargetDown', 'BrokerDown', 'ConsumerLag', 'ServiceSlow', 'Watchdog', 'CanaryGone'])
      expect(runbook(RUNBOOKS, it, {}), it).toBeTruthy();
    for (const [path, text] of Object.entries(RUNBOOKS)) {
      expect(path).toMatch(/^(components|services)\/[\w-]+\/watch\/runbook\.md$/);
      expect(text, path).toMatch(/^# .+\n\n## /);
    }
  });

  it('is drawn as text with marks, and what is HTML in it is shown', () => {
    const html = render('**Look:** `x` <img src=x onerror=alert(1)> [in](docs/x.md) [out](https://example.org/"a)');
    expect(html).toContain('<strong>Look:</strong> <code>x</code>');
    expect(html).not.toContain('<img');
    expect(html).not.toContain('docs/x.md');
  });
});
