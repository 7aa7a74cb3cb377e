import { Marked } from 'marked';
import { useMemo } from 'react';

const marked = new Marked({
  async: false,
  gfm: true,
  renderer: {
    // A link into the repository leads nowhere from here, one to a page of the web leaves it.
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      return /^https?:\/\//.test(href)
        ? `<a href="${href.replace(/"/g, '%22')}" rel="noreferrer">${text}</a>`
        : `<b>${text}</b>`;
    },
    // The text is the project's own; what is HTML in it is shown, not run.
    html({ text }) {
      return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
    },
    image: () => '',
  },
});

export function render(markdown: string): string {
  return marked.parse(markdown) as string;
}

export function Markdown({ text }: { text: string }) {
  const html = useMemo(() => render(text), [text]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the text is the project's own, and HTML in it is shown as text
  return <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
