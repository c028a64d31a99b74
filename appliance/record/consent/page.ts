// The preference page as HTML: whole in one answer, without scripts, pictures or anything from elsewhere, so that it works on any phone and tells
// nobody that it was opened. Contrast and structure follow WCAG 2.2 AA.

import { createHash } from 'node:crypto';
import type { Words } from '../../core/errors.ts';
import type { Language } from '../../core/http/answer.ts';
import type { Purpose, PurposeTable } from '../../core/model/purposes.ts';
import { columnsOf } from './judge.ts';
import type { Effective, Ledger } from './ledger.ts';
import { channelWords, pageWords, ruleWords } from './page-words.ts';
import { type ConsentRequest, effectiveOf } from './preferences.ts';
import { languageTags, pageVersion, shownText, versionOf } from './texts.ts';

export type PageParts = {
  table: PurposeTable;
  ledger: Ledger;
  language: Language;
  token: string;
  expiresAtMs: number;
  notice?: { kind: 'good' | 'bad'; words: Words; about?: readonly Effective[] };
};

const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#4a5360;--line:#8a94a3;--back:#f6f7f9;--card:#fff;--act:#0b57a4;--on:#fff;--good:#0a5c36;--goodback:#e3f4ea;--bad:#8c1d18;--badback:#fdeceb}
@media(prefers-color-scheme:dark){:root{--ink:#eceff3;--soft:#b6c0cd;--line:#77828f;--back:#14171b;--card:#1e2329;--act:#8ec1ff;--on:#0a1a2b;--good:#8fe0b3;--goodback:#12301f;--bad:#ffb4ad;--badback:#3a1614}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:1rem/1.6 system-ui,-apple-system,"Segoe UI","PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif;overflow-wrap:anywhere}
.top,main,footer{max-width:42rem;margin:0 auto;padding:0 1rem}
.top{display:flex;justify-content:space-between;align-items:center;gap:1rem;padding-top:1rem}
.who{font-weight:600;margin:0}
h1{font-size:1.6rem;line-height:1.3;margin:1.2rem 0 .5rem}
h2{font-size:1.2rem;margin:2rem 0 .25rem}
p{margin:.25rem 0 .75rem}
.soft{color:var(--soft);font-size:.9rem}
fieldset,.card{border:1px solid var(--line);border-radius:.6rem;background:var(--card);margin:0 0 1rem;padding:.25rem 1rem 1rem;min-width:0}
.card{padding-top:.75rem}
legend{font-weight:600;padding:0 .4rem;margin-left:-.4rem}
.card h3{font-size:1rem;margin:0 0 .25rem}
.name{display:inline-block}
legend::first-letter,h3::first-letter,.name::first-letter{text-transform:uppercase}
time{white-space:nowrap}
.version{color:var(--soft);font-size:.8rem;margin:.5rem 0 0}
.choice{display:grid;grid-template-columns:auto 1fr;gap:.1rem .75rem;align-items:center;padding:.4rem 0}
.choice input{width:1.5rem;height:1.5rem;margin:0;accent-color:var(--act)}
.choice label{padding:.3rem 0}
.choice .soft{grid-column:2;margin:0}
.buttons{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0}
.card>:last-child,fieldset>:last-child{margin-bottom:0}
.note+.card,h1+.card{margin-top:1rem}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1.25rem;border-radius:.5rem;border:2px solid var(--act);background:var(--act);color:var(--on);cursor:pointer}
button.quiet{background:transparent;color:var(--act)}
a{color:var(--act);text-underline-offset:.15em}
.top a{display:inline-block;padding:.6rem .25rem}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
.note{border-left:.35rem solid;border-radius:.25rem;padding:.75rem 1rem;margin:1rem 0}
.note p,.note ul{margin:0}
.note.good{color:var(--good);background:var(--goodback)}
.note.bad{color:var(--bad);background:var(--badback)}
footer{padding-top:1rem;padding-bottom:2rem}
`;

/** Nothing is loaded, nothing runs, forms go to this node alone, and no other page may hold this one. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const html = escapeHtml;

export function preferencePage(parts: PageParts): string {
  const { table, ledger, language, token, expiresAtMs } = parts;
  const say = (words: Words) => html(words[language]);
  const all = [...table.purposes.values()];
  const choices = all.filter(({ mode, apart }) => mode !== 'always' && apart.length === 0);
  const apart = all.filter(({ mode, apart: reasons }) => mode !== 'always' && reasons.length > 0);
  const always = all.filter(({ mode }) => mode === 'always');
  const body = [
    `<h1>${say(pageWords.title)}</h1>`,
    noticeOf(parts),
    `<p>${say(pageWords.intro)}</p>`,
    ledger.child ? `<div class="note bad"><p>${say(pageWords.child)}</p></div>` : '',
    choices.length === 0 ? '' : choicesForm(parts, choices),
    ...(apart.length === 0 ? [] : [`<h2>${say(pageWords.apartTitle)}</h2><p class="soft">${say(pageWords.apartIntro)}</p>`]),
    ...apart.map((purpose) => apartForm(parts, purpose)),
    ...(always.length === 0 ? [] : [`<h2>${say(pageWords.alwaysTitle)}</h2><p class="soft">${say(pageWords.alwaysIntro)}</p>`]),
    ...always.map((purpose) => alwaysCard(parts, purpose)),
    `<p><a href="/preferences/${token}/receipt" download>${say(pageWords.receipt)}</a> <span class="soft">(${say(pageWords.receiptAbout)})</span></p>`,
  ];
  const foot = [
    table.privacyNotice === undefined
      ? ''
      : `<p><a href="${html(table.privacyNotice)}" rel="noreferrer">${say(pageWords.notice)}</a></p>`,
    `<p class="soft">${say(pageWords.law)}${language === 'zh' ? '：' : ': '}${say(table.pack.name)}</p>`,
    `<p class="soft">${say(pageWords.until)} ${timeOf(expiresAtMs)}</p>`,
  ];
  return documentOf({ table, language, title: pageWords.title, path: `/preferences/${token}`, body, foot });
}

export function confirmationPage(table: PurposeTable, request: ConsentRequest, language: Language, token: string): string {
  const say = (words: Words) => html(words[language]);
  const purpose = table.purposes.get(request.purpose);
  const path = `/preferences/confirm/${token}`;
  const about = purpose
    ? `<div class="card"><h3>${say(purpose.name)}${request.channel === '*' ? '' : ` (${channelOf(request.channel, language)})`}</h3><p>${say(purpose.text)}</p>${versionLine(table, purpose, language)}</div>`
    : '';
  const rest =
    request.state === 'pending' && purpose
      ? [
          `<p>${say(pageWords.confirmIntro)}</p>`,
          `<form method="post" action="${path}">${hidden('lang', language)}${hidden('texts', pageVersion(table, language))}`,
          `<div class="buttons"><button type="submit">${say(pageWords.confirm)}</button></div></form>`,
        ]
      : request.state === 'confirmed'
        ? [noteOf('good', say(pageWords.confirmed))]
        : [noteOf('bad', say(request.state === 'superseded' ? pageWords.superseded : pageWords.gone))];
  const body = [`<h1>${say(pageWords.confirmTitle)}</h1>`, about, ...rest];
  return documentOf({ table, language, title: pageWords.confirmTitle, path, body, foot: [] });
}

/** Says what went wrong, without the name of anybody. */
export function messagePage(language: Language, title: Words, text: string): string {
  const body = [`<h1>${html(title[language])}</h1>`, `<p>${html(text)}</p>`];
  return documentOf({ language, title, body, foot: [] });
}

function choicesForm(parts: PageParts, purposes: readonly Purpose[]): string {
  const { token, language, table } = parts;
  return [
    `<h2>${html(pageWords.choices[language])}</h2>`,
    `<form method="post" action="/preferences/${token}">${hidden('lang', language)}${hidden('texts', pageVersion(table, language))}`,
    ...purposes.map((purpose) => fieldset(parts, purpose)),
    `<div class="buttons"><button type="submit">${html(pageWords.save[language])}</button>`,
    `<button type="submit" class="quiet" name="all" value="none">${html(pageWords.none[language])}</button></div></form>`,
  ].join('\n');
}

function fieldset(parts: PageParts, purpose: Purpose): string {
  const { language, table, ledger } = parts;
  const rows = columnsOf(purpose).map((channel, at) => {
    const now = effectiveOf(ledger, purpose.purpose, channel)!;
    const id = html(`${purpose.purpose}-${at}`);
    const value = html(`${purpose.purpose} ${channel}`);
    // Where the ground is no consent, a tick is no agreement either.
    const label = channel === '*' && purpose.basis !== 'consent' ? html(purpose.name[language]) : channelOf(channel, language);
    return (
      `<div class="choice"><input type="checkbox" id="${id}" name="on" value="${value}"${now.allowed ? ' checked' : ''} aria-describedby="${id}-now">` +
      `<label for="${id}">${label}</label><p class="soft" id="${id}-now">${statusOf(parts, now)}</p></div>` +
      hidden('shown', `${purpose.purpose} ${channel} ${now.allowed ? 1 : 0}`)
    );
  });
  return [
    `<fieldset><legend>${html(purpose.name[language])}</legend>`,
    `<p>${html(purpose.text[language])}</p>`,
    purpose.mode === 'optOut' ? `<p class="soft">${html(pageWords.objectable[language])}</p>` : '',
    ...rows,
    versionLine(table, purpose, language),
    '</fieldset>',
  ].join('\n');
}

/** A form of its own: consent apart is not given together with anything else. */
function apartForm(parts: PageParts, purpose: Purpose): string {
  const { token, language, table, ledger } = parts;
  const reasons = purpose.apart.map((reason) => table.pack.apart[reason]!);
  const why = reasons.map(({ name, article }) => html(`${name[language]} (${article})`)).join(language === 'zh' ? '；' : '; ');
  const rows = columnsOf(purpose).map((channel) => {
    const now = effectiveOf(ledger, purpose.purpose, channel)!;
    const button = now.allowed ? pageWords.withdrawApart : pageWords.agreeApart;
    const wanted = now.allowed ? '' : hidden('on', `${purpose.purpose} ${channel}`);
    return [
      `<p class="soft">${channel === '*' ? '' : `${channelOf(channel, language)} · `}${statusOf(parts, now)}</p>`,
      `<form method="post" action="/preferences/${token}">${hidden('lang', language)}${hidden('texts', pageVersion(table, language))}`,
      hidden('shown', `${purpose.purpose} ${channel} ${now.allowed ? 1 : 0}`) + wanted,
      `<div class="buttons"><button type="submit"${now.allowed ? ' class="quiet"' : ''}>${html(button[language])}</button></div></form>`,
    ].join('\n');
  });
  return `<div class="card"><h3>${html(purpose.name[language])}</h3><p>${html(purpose.text[language])}</p><p class="soft">${why}</p>${rows.join('\n')}${versionLine(table, purpose, language)}</div>`;
}

function alwaysCard({ table, language }: PageParts, purpose: Purpose): string {
  const { name, article } = table.pack.bases[purpose.basis]!;
  return `<div class="card"><h3>${html(purpose.name[language])}</h3><p>${html(purpose.text[language])}</p><p class="soft">${html(`${name[language]} (${article})`)}</p></div>`;
}

function statusOf({ language, ledger }: PageParts, now: Effective): string {
  const fact = now.fact === undefined ? undefined : ledger.facts.find((one) => one.fact === now.fact);
  const since = fact ? `, ${html(pageWords.said[language])} ${timeOf(fact.atMs)}` : '';
  return `${html(ruleWords[now.rule][language])}${language === 'zh' ? since.replace(', ', '，') : since}`;
}

function versionLine(table: PurposeTable, purpose: Purpose, language: Language): string {
  const version = versionOf(shownText(table, purpose, language));
  const policy = table.policyVersion === undefined ? '' : `${html(table.policyVersion)} · `;
  return `<p class="version">${html(pageWords.textVersion[language])} ${policy}${version}</p>`;
}

function noticeOf({ notice, language, table }: PageParts): string {
  if (!notice) return '';
  const about = (notice.about ?? []).map(({ purpose, channel, rule }) => {
    const over = channel === '*' ? '' : ` (${channelOf(channel, language)})`;
    const name = table.purposes.get(purpose)?.name[language] ?? purpose;
    return `<li><span class="name">${html(name)}</span>${over}${language === 'zh' ? '：' : ': '}${html(ruleWords[rule][language])}</li>`;
  });
  const list = about.length === 0 ? '' : `<ul>${about.join('')}</ul><p>${html(pageWords.contact[language])}</p>`;
  return noteOf(notice.kind, html(notice.words[language]), list);
}

function noteOf(kind: 'good' | 'bad', text: string, more = ''): string {
  return `<div class="note ${kind}" role="${kind === 'good' ? 'status' : 'alert'}"><p>${text}</p>${more}</div>`;
}

function channelOf(channel: string, language: Language): string {
  return html(Object.hasOwn(channelWords, channel) ? channelWords[channel]![language] : channel);
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${html(value)}">`;
}

/** In UTC: where the customer is, nobody knows. Years beyond those of a calendar come from broken clocks. */
function timeOf(ms: number): string {
  if (Math.abs(ms) > 8.64e15) return '–';
  const text = new Date(ms).toISOString();
  return `<time datetime="${text}">${text.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

type DocumentParts = {
  table?: PurposeTable;
  language: Language;
  title: Words;
  /** Where the switch of languages leads; none without. */
  path?: string;
  body: readonly string[];
  foot: readonly string[];
};

function documentOf({ table, language, title, path, body, foot }: DocumentParts): string {
  const other: Language = language === 'zh' ? 'en' : 'zh';
  const change =
    path === undefined
      ? ''
      : `<a href="${path}?lang=${other}" hreflang="${languageTags[other]}" lang="${languageTags[other]}">${pageWords.otherLanguage[language]}</a>`;
  return `<!doctype html>
<html lang="${languageTags[language]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow, noarchive">
<title>${html(title[language])}</title>
<style>${style}</style>
</head>
<body>
<header class="top"><p class="who">${html(table?.controller ?? '')}</p>${change}</header>
<main>
${body.join('\n')}
</main>
<footer>${foot.join('\n')}</footer>
</body>
</html>
`;
}
