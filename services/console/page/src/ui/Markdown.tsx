import { Marked } from 'marked';
import { useMemo } from 'react';

const marked = new Marked({
  async: false,
  gfm: true,
  renderer: {
    // Links to the web stay links. Links into the repository have no target here and become bold text.
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      return /^https?:\/\//.test(href)
        ? `<a href="${href.replace(/"/g, '%22')}" rel="noreferrer">${text}</a>`
        : `<b>${text}</b>`;
    },
    // HTML in the text is shown as text.
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
