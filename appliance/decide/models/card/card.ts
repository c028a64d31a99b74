// The model card (Mitchell et al., Model Cards for Model Reporting, 2019): a training's report as one HTML file that people can read, send on
// and print. It asks nothing of anywhere, runs no script, holds both languages, and is the same bytes for the same report.

import type { Report } from '../training/report.ts';
import { limitsSection, membersSection } from './closing-sections.ts';
import { columnsSection, dependenceSection, importanceSection } from './column-sections.ts';
import { decisionSection } from './decision-section.ts';
import { both, type Html, html, nothing, type Text } from './markup.ts';
import { count, percent } from './numbers.ts';
import { headerBar, type Language, pageOf } from './page.ts';
import { type SectionId, sectionIds } from './parts.ts';
import { examplesSection, fairnessSection } from './people-sections.ts';
import { calibrationSection, figuresSection, purposeSection, rankingSection } from './performance-sections.ts';
import { type About, clipped, type Subject, subjectOf, type Titles } from './subject.ts';
import { verdictSection } from './verdict-section.ts';
import { say } from './words.ts';

export type CardOptions = {
  /** What people call the model; without it, the question that it answers. */
  readonly title?: Text;
  /** The language the card opens in. The other is one click away. */
  readonly language: Language;
  /** What people call the columns. */
  readonly titles?: Titles;
  /** What a row of the data is, where the node has made them. */
  readonly about?: About;
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
export function cardOf(report: Report, { title, language, titles = new Map(), about }: CardOptions): string {
  const subject = { ...subjectOf(report, titles), ...(about && { about }) };
  const heading = title ?? say('title-of', { answer: subject.answer });
  const made = sectionIds.map((id) => ({ id, body: sections[id](subject) })).filter(({ body }) => body !== nothing);
  return pageOf({
    language,
    heading,
    kind: say('model-card'),
    header: headerOf(subject, heading),
    sections: made.map(({ id, body }) => ({ id, title: say(id), body })),
    contents: say('contents'),
    footer: say('footer'),
  });
}

function headerOf({ report, labelled, rate }: Subject, heading: Text): Html {
  const shown = { en: clipped(heading.en), zh: clipped(heading.zh) };
  return html`<header class="top">
${headerBar(say('model-card'))}
<h1>${both(shown)}</h1>
<p class="about"><bdi>${clipped(report.data.name)}</bdi> · ${both(say('customers', { count: count(labelled) }))} · ${both(
    say('to-be-found-share', { rate: percent(rate) }),
  )}</p>
</header>`;
}
