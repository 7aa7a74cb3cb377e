// The part of PromQL that is needed to draw an alerting rule.

export interface Drawn {
  /** The query of the chart. */
  query: string;
  /** The constant that the rule compares it with; null for other rules. */
  threshold: number | null;
}

/** A rule such as `figure > 0.05` has values only while it is true. Its figure and threshold can be drawn at any time. */
export function drawn(rule: string): Drawn {
  const whole = { query: rule, threshold: null };
  const found = outermost(rule);
  // Two conditions have no single figure.
  const [comparison, another] = found.comparisons;
  if (found.words || !comparison || another) return whole;
  const { at, length } = comparison;
  const bound = rule.slice(at + length).trim();
  const query = rule.slice(0, at).trim();
  if (bound === '' || Number.isNaN(Number(bound)) || /\bbool\b/.test(bound) || query === '') return whole;
  return { query, threshold: Number(bound) };
}

function outermost(rule: string): { comparisons: { at: number; length: number }[]; words: boolean } {
  const comparisons: { at: number; length: number }[] = [];
  let [depth, quote, words] = [0, '', false];
  for (let at = 0; at < rule.length; at += 1) {
    const it = rule.charAt(at);
    if (quote !== '') {
      // Between backticks a backslash is a letter like others.
      if (it === '\\' && quote !== '`') at += 1;
      else if (it === quote) quote = '';
    } else if (it === '"' || it === "'" || it === '`') quote = it;
    else if ('([{'.includes(it)) depth += 1;
    else if (')]}'.includes(it)) depth -= 1;
    else if (depth === 0) {
      const operator = /^(?:==|!=|>=|<=|>|<)/.exec(rule.slice(at, at + 2))?.[0];
      if (operator) {
        comparisons.push({ at, length: operator.length });
        at += operator.length - 1;
      } else if (/^\b(?:and|or|unless)\b/.test(rule.slice(at)) && /\W|^$/.test(rule[at - 1] ?? '')) words = true;
    }
  }
  return { comparisons, words };
}

/** The unit in a metric's name, as Perses calls it. */
export function unitOf(query: string): string {
  if (/_bytes\b|_bytes[:_]/.test(query)) return /\brate\(|irate\(|:rate\d/.test(query) ? 'bytes/sec' : 'bytes';
  if (/milliseconds|_ms\b/.test(query)) return 'milliseconds';
  if (/(?<![a-z])(?:ratio|utilisation)(?![a-z])/.test(query)) return 'percent-decimal';
  if (/_seconds\b/.test(query) && !/cpu|_total|rate\(/.test(query)) return 'seconds';
  return 'decimal';
}
