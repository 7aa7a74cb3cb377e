// What holds for every query that is built, whatever somebody has typed.
import { describe, expect, it } from 'vitest';
import { type Any, forAny } from './any';
import { LEVELS, logsql, NOTHING, quoted, splitPipes } from './logsql';
import { drawn } from './promql';

const LETTERS = [...'a "\'`\\|(){}[]*:=,~#$\né\u2028😀\0'];
const PIECES = ['or', ...LETTERS];
const STRING = /"(?:[^"\\]|\\.)*"/g;

/** Letters of which none is one of `those`. */
function without(those: string): string[] {
  return LETTERS.filter((it) => !those.includes(it));
}

/** The strings of `query`, as they were before they were quoted. */
function strings(query: string): string[] {
  return (query.match(STRING) ?? []).map((it) => JSON.parse(it) as string);
}

/** LogsQL or PromQL in which every quotation mark and bracket is closed. */
function closed(any: Any, depth = 2): string {
  const inside = () => (depth > 0 ? closed(any, depth - 1) : 'x');
  const parts = [
    () => any.of(['a', 'b:c', ' ', '*', '-', 'sum', '\n']),
    () => quoted(any.text(PIECES, 6)),
    () => `'${any.text(without("'\\"), 6)}'`,
    // Between backticks a backslash is a letter like others.
    () => `\`${any.text(without('`'), 6)}\``,
    () => `(${inside()}${any.of(['|', '>', ' or '])}${inside()})`,
    () => `{x=${inside()}}`,
    () => `[${inside()}]`,
  ];
  return any.many(1 + any.below(4), () => any.of(parts)()).join('');
}

/** `text` without the brackets that are closed, from the inside out. */
function unbracketed(text: string): string {
  const less = text.replace(/[([{][^"'`()[\]{}]*[)\]}]/g, '');
  return less === text ? text : unbracketed(less);
}

describe('a query of LogsQL', () => {
  it('has what was typed in quotation marks, and nothing of it outside', () =>
    forAny((any) => {
      const typed = () => any.text(PIECES, 6);
      const exact = { namespace: typed(), service: typed(), trace: typed(), span: typed() };
      const query = logsql({ ...NOTHING, ...exact, text: typed(), level: any.of([...LEVELS, typed()]) });
      const syntax = / *(severity_text:(in\(,*\)|=)|trace_id:=|span_id:=|\*:~|\{=(,=)?\}|^\*$)/g;
      expect(query.replace(STRING, '').replace(syntax, '')).toBe('');
      expect(strings(query)).toEqual(expect.arrayContaining(Object.values(exact).filter(Boolean)));
    }));

  it('finds lines by a pattern that matches the word as it was typed', () =>
    forAny((any) => {
      const word = `a${any.text(without(' "\n\u2028'), 6)}`;
      const [pattern = ''] = strings(logsql({ ...NOTHING, text: word }));
      expect(new RegExp(pattern.replace('(?i)', ''), 'i').exec(word)?.[0]).toBe(word);
    }));

  it("narrows the person's own, whatever that is: what gets out of its brackets is no query", () =>
    forAny((any) => {
      const filters = { ...NOTHING, service: 'hello' };
      const own = any.of([any.text(PIECES, 8), closed(any)]);
      const [filter = ''] = splitPipes(logsql({ ...filters, query: own }));
      expect(filter.startsWith(logsql(filters))).toBe(true);
      const behind = filter.slice(logsql(filters).length);
      const left = unbracketed(behind.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/gs, ''));
      // A server refuses what has half of a bracket or of a string.
      expect(left).toMatch(/["'`()[\]{}]|^\s*$/);
    }));

  it('is split at its own pipes alone', () =>
    forAny((any) => {
      const parts = any.many(1 + any.below(3), () => closed(any).trim());
      expect(splitPipes(parts.join(' | '))).toEqual(parts);
    }));
});

describe('a rule of PromQL', () => {
  it('is drawn as what it compares, with the bound, whatever is in its strings and brackets', () =>
    forAny((any) => {
      const [query, threshold] = [`x${closed(any)}`.trim(), any.of([0, 1, 0.05, 1e9, -3])];
      const rule = `${query} ${any.of(['>', '<', '>=', '<=', '==', '!='])} ${threshold}`;
      expect(drawn(rule)).toEqual({ query, threshold });
    }));

  it('is drawn whole, or as figure, comparison and number: nothing of it is lost', () =>
    forAny((any) => {
      const rule = any.text([...PIECES, '>', '<=', ' and ', ' bool ', '1'], 8) + any.of(['', ' > 5', '<1e3']);
      const { query, threshold } = drawn(rule);
      if (threshold === null) return expect(query).toBe(rule);
      expect(query).not.toBe('');
      expect(threshold).not.toBeNaN();
      const [, bound] = /^(?:[=!<>]=|[<>])(.+)$/s.exec(rule.trim().slice(query.length).trim()) ?? [];
      expect(Number(bound)).toBe(threshold);
    }));
});
