// The runbook of an alert: one section of docs/operations.md, which is part of the page.

/** The anchor that a heading gets, as on the project's pages: lower case, words joined by dashes. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s+/g, '-');
}

/** The section below the heading with `anchor`, without the heading; null when there is none. */
export function section(markdown: string, anchor: string): string | null {
  const lines = markdown.split('\n');
  let fence = false;
  let level = 0;
  let from = -1;
  for (const [at, line] of lines.entries()) {
    if (line.startsWith('```')) fence = !fence;
    const [, marks = '', heading = ''] = (!fence && /^(#{1,6})\s+(.+?)\s*$/.exec(line)) || [];
    if (heading === '') continue;
    if (from >= 0 && marks.length <= level) return lines.slice(from, at).join('\n').trim();
    if (from < 0 && anchorOf(heading) === anchor) [from, level] = [at + 1, marks.length];
  }
  return from < 0 ? null : lines.slice(from).join('\n').trim();
}

/** The anchor of an alert's `runbook` annotation (or `runbook_url`), else of its name: headings are called as alerts are. */
export function runbookAnchor(alert: string, annotations: Record<string, string> | undefined): string {
  const link = annotations?.runbook_url ?? annotations?.runbook ?? '';
  return link.includes('#') ? link.slice(link.indexOf('#') + 1) : anchorOf(alert);
}
