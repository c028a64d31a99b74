// The model card (Mitchell et al., Model Cards for Model Reporting, 2019): a training's report as one HTML file that people can read, send on
// and print. It asks nothing of anywhere, runs no script, holds both languages, and is the same bytes for the same report.

import type { Report } from '../training/report.ts';
import { limitsSection, membersSection } from './closing-sections.ts';
import { columnsSection, dependenceSection, importanceSection } from './column-sections.ts';
import { decisionSection } from './decision-section.ts';
import { both, type Html, html, nothing, type Text, trusted } from './markup.ts';
import { count, percent } from './numbers.ts';
import { type SectionId, sectionIds } from './parts.ts';
import { examplesSection, fairnessSection } from './people-sections.ts';
import { calibrationSection, figuresSection, purposeSection, rankingSection } from './performance-sections.ts';
import { styleSheet } from './style.ts';
import { clipped, type Subject, subjectOf, type Titles } from './subject.ts';
import { verdictSection } from './verdict-section.ts';
import { say } from './words.ts';

export type Language = 'en' | 'zh';
export type CardOptions = {
  /** What people call the model; without it, the question that it answers. */
  readonly title?: Text;
  /** The language the card opens in. The other is one click away. */
  readonly language: Language;
  /** What people call the columns. */
  readonly titles?: Titles;
};

const sections: { readonly [id in SectionId]: (subject: Subject) => Html } = {
  verdict: verdictSection,
  purpose: purposeSection,
  figures: figuresSection,
  ranking: rankingSection,
  calibration: calibrationSection,
  decision: decisionSection,
  importance: importanceSection,
  dependence: dependenceSection,
  examples: examplesSection,
  fairness: fairnessSection,
  columns: columnsSection,
  members: membersSection,
  limits: limitsSection,
};

/** @returns a whole HTML file. Everything of the report is escaped, so that names and values from a file stay text. */
export function cardOf(report: Report, { title, language, titles = new Map() }: CardOptions): string {
  const subject = subjectOf(report, titles);
  const heading = title ?? say('title-of', { answer: subject.answer });
  const made = sectionIds.map((id) => ({ id, body: sections[id](subject) })).filter(({ body }) => body !== nothing);
  const page = html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${heading[language]} · ${say('model-card')[language]}</title>
<link rel="icon" href="data:,">
<style>${trusted(styleSheet)}</style>
</head>
<body>
${languageChoice(language)}
<div class="page">
${headerOf(subject, heading)}
<nav aria-labelledby="contents"><p id="contents">${both(say('contents'))}</p><ol>${made.map(
    ({ id }) => html`<li><a href="#${id}">${both(say(id))}</a></li>`,
  )}</ol></nav>
<main>
${made.map(({ body }) => body)}
</main>
<footer><p>${both(say('footer'))}</p></footer>
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

function headerOf({ report, labelled, rate }: Subject, heading: Text): Html {
  const shown = { en: clipped(heading.en), zh: clipped(heading.zh) };
  return html`<header class="top">
<div class="bar-top"><p class="eyebrow">${both(say('model-card'))}</p>
<div class="languages" aria-hidden="true"><label for="in-zh">中文</label><label for="in-en">English</label></div></div>
<h1>${both(shown)}</h1>
<p class="about"><bdi>${clipped(report.data.name)}</bdi> · ${both(say('customers', { count: count(labelled) }))} · ${both(
    say('to-be-found-share', { rate: percent(rate) }),
  )}</p>
</header>`;
}
