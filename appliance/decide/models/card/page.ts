// The page that cards stand on: one HTML file with both languages, that asks nothing of anywhere and runs no script.

import { both, type Html, html, type Text, trusted } from './markup.ts';
import { styleSheet } from './style.ts';

export type Language = 'en' | 'zh';
export type Page = {
  /** The language the page opens in. The other is one click away. */
  readonly language: Language;
  readonly heading: Text;
  readonly kind: Text;
  readonly header: Html;
  readonly sections: readonly { readonly id: string; readonly title: Text; readonly body: Html }[];
  readonly contents: Text;
  readonly footer: Text;
};

export function pageOf({ language, heading, kind, header, sections, contents, footer }: Page): string {
  const page = html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${heading[language]} · ${kind[language]}</title>
<link rel="icon" href="data:,">
<style>${trusted(styleSheet)}</style>
</head>
<body>
${languageChoice(language)}
<div class="page">
${header}
<nav aria-labelledby="contents"><p id="contents">${both(contents)}</p><ol>${sections.map(
    ({ id, title }) => html`<li><a href="#${id}">${both(title)}</a></li>`,
  )}</ol></nav>
<main>
${sections.map(({ body }) => body)}
</main>
<footer><p>${both(footer)}</p></footer>
</div>
</body>
</html>
`;
  return page.html;
}

/** Radio inputs before everything that they switch: the style sheet does the rest, so the card needs no script. */
function languageChoice(language: Language): Html {
  const input = (of: Language, name: string) =>
    html`<input class="hidden" type="radio" name="language" id="in-${of}" aria-label="${name}"${trusted(
      of === language ? ' checked' : '',
    )}>`;
  return html`${input('zh', '中文')}${input('en', 'English')}`;
}

export function headerBar(kind: Text): Html {
  return html`<div class="bar-top"><p class="eyebrow">${both(kind)}</p>
<div class="languages" aria-hidden="true"><label for="in-zh">中文</label><label for="in-en">English</label></div></div>`;
}
