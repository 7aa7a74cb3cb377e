// The filters of the log page as LogsQL. The collector writes the fields with these names.

export const SERVICE = 'service.name';
export const NAMESPACE = 'k8s.namespace.name';
export const LEVEL = 'severity_text';
export const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
/** OpenTelemetry's level for lines without one. */
export const UNSPECIFIED = 'unspecified';

export interface Filters {
  namespace: string;
  service: string;
  level: string;
  text: string;
  trace: string;
  span: string;
  /** LogsQL that the person wrote. */
  query: string;
}

export const NOTHING: Filters = { namespace: '', service: '', level: '', text: '', trace: '', span: '', query: '' };

/** `text` as a quoted LogsQL string, free of syntax. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** The query that applies all of `filters`. */
export function logsql(filters: Filters): string {
  // Stream fields have an index; other fields are read line by line.
  const stream = [
    filters.namespace && `${quoted(NAMESPACE)}=${quoted(filters.namespace)}`,
    filters.service && `${quoted(SERVICE)}=${quoted(filters.service)}`,
  ].filter(Boolean);
  const parts = [
    stream.length > 0 && `{${stream.join(',')}}`,
    filters.level && `${LEVEL}:${atLeast(filters.level)}`,
    filters.trace && `trace_id:=${quoted(filters.trace)}`,
    filters.span && `span_id:=${quoted(filters.span)}`,
    filters.text.trim() && words(filters.text.trim()),
  ].filter(Boolean) as string[];
  const own = filters.query.trim();
  if (own === '' || own === '*') return parts.length > 0 ? parts.join(' ') : '*';
  if (parts.length === 0) return own;
  // Pipes apply to the result of all filters.
  const [filter, ...pipes] = splitPipes(own);
  const all = filter === '*' ? parts.join(' ') : `${parts.join(' ')} ${bracketed(filter ?? '')}`;
  return [all, ...pipes].join(' | ');
}

/** `level` and every more severe one. */
function atLeast(level: string): string {
  const from = LEVELS.indexOf(level);
  if (from < 0) return `=${quoted(level)}`;
  const levels = LEVELS.slice(from);
  return levels.length === 1 ? `=${quoted(level)}` : `in(${levels.map(quoted).join(',')})`;
}

/** Every word or "quoted phrase" must be in some field of the line. Case is ignored, and parts of words match. */
function words(text: string): string {
  const found = text.match(/"[^"]+"|\S+/g) ?? [];
  return found
    .map((it) => it.replace(/^"(.+)"$/, '$1'))
    .map((it) => `*:~${quoted(`(?i)${escaped(it)}`)}`)
    .join(' ');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** One filter in brackets. What closes more than it opens would get out of them: the server is to refuse it as it is. */
function bracketed(filter: string): string {
  return scanned(filter).closed ? `(${filter})` : filter;
}

/** `query` split at its pipes, except those in quotation marks and brackets. */
export function splitPipes(query: string): string[] {
  return scanned(query).parts;
}

/** The parts of `query` between its pipes, and whether each quotation mark and bracket has its other half. */
function scanned(query: string): { parts: string[]; closed: boolean } {
  const parts: string[] = [];
  let [from, depth, quote, closed] = [0, 0, '', true];
  for (let at = 0; at < query.length; at += 1) {
    const it = query.charAt(at);
    if (quote !== '') {
      if (it === '\\' && quote !== '`') at += 1;
      else if (it === quote) quote = '';
    } else if (it === '"' || it === "'" || it === '`') quote = it;
    else if (it === '(' || it === '{' || it === '[') depth += 1;
    else if (it === ')' || it === '}' || it === ']') {
      depth -= 1;
      closed &&= depth >= 0;
    } else if (it === '|' && depth === 0) {
      parts.push(query.slice(from, at).trim());
      from = at + 1;
    }
  }
  return { parts: [...parts, query.slice(from).trim()], closed: closed && depth === 0 && quote === '' };
}
