// HTML as values that cannot be mistaken for text. Whatever is put into a template is escaped unless a template made it, so that a column
// name or a value from a file never becomes markup.

export type Html = { readonly html: string };
/** The same words in both languages, as plain text. */
export type Text = { readonly en: string; readonly zh: string };
type Piece = Html | string | number | undefined | null | readonly Html[];

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/**
 * For text and for attributes in quotes. What no HTML file may hold (control characters, halves of surrogate pairs), and what would turn the
 * sentence around it (overrides of direction), shows as a replacement.
 */
export function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be replaced
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
      .replace(/[&<>"'`]/g, (character) => entities[character]!)
  );
}

export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const parts = strings.map((text, at) => text + (at < pieces.length ? markupOf(pieces[at]) : ''));
  return { html: parts.join('') };
}

function markupOf(piece: Piece): string {
  if (piece === undefined || piece === null) return '';
  if (typeof piece === 'string' || typeof piece === 'number') return escaped(String(piece));
  return 'html' in piece ? piece.html : piece.map((part) => part.html).join('\n');
}

/** Markup from elsewhere that is known to be ours: styles, and pictures after they were cleaned. */
export const trusted = (markup: string): Html => ({ html: markup });

export const nothing: Html = { html: '' };

/** Both languages; the style sheet shows one of them. Text that is the same in both stands once. */
export function both(text: Text): Html {
  if (text.en === text.zh) return html`<bdi>${text.en}</bdi>`;
  return html`<span lang="en">${text.en}</span><span lang="zh-CN">${text.zh}</span>`;
}
