// The runbook of an alert: one section of its component's watch/runbook.md. All of them are part of the page.

const FILES = import.meta.glob<string>(
  ['../../../../../components/*/watch/runbook.md', '../../../../../services/*/watch/runbook.md'],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
);

/** Each runbook by its path from the project's root, as an alert's annotation names it. NB: Vite has the shortest way from here. */
export const RUNBOOKS: Record<string, string> = Object.fromEntries(
  Object.entries(FILES).map(([path, text]) => [
    new URL(path, 'file:///services/console/page/src/lib/').pathname.slice(1),
    text,
  ]),
);

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

/**
 * What to do about an alert, null when no runbook says it. Its annotation `runbook` (or `runbook_url`) names file and
 * section. Without one, as while Prometheus is away, it is the section called as the alert is, in whichever file has it.
 */
export function runbook(
  all: Record<string, string>,
  alert: string,
  annotations: Record<string, string> | undefined,
): string | null {
  const [path = '', anchor = anchorOf(alert)] = (annotations?.runbook_url ?? annotations?.runbook ?? '').split('#');
  const named = all[path];
  const texts = named === undefined ? Object.values(all) : [named];
  return texts.map((text) => section(text, anchor)).find((found) => found !== null) ?? null;
}
