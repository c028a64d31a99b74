// An uplift model's report as one HTML page in both languages: what the trial was, whether targeting by the model beats chance, whom to address.

import { qiniChart } from '../card/charts.ts';
import { both, type Html, html, type Text } from '../card/markup.ts';
import { count, decimal, percent, plain, signed } from '../card/numbers.ts';
import { headerBar, type Language, pageOf } from '../card/page.ts';
import { type Cell, figure, group, headed, table, words } from '../card/parts.ts';
import { clipped, same } from '../card/subject.ts';
import type { Estimate } from './evaluation.ts';
import type { ApproachFigures, UpliftReport } from './report.ts';
import { bestWords, verdictLines } from './verdict.ts';
import { say, type UpliftWord } from './words.ts';

const heads = (...all: readonly UpliftWord[]): Cell[] => all.map((word) => ({ ...words(say(word)), numeric: true }));
const range = ({ low, high }: Estimate, show: (value: number) => string) => say('between', { low: show(low), high: show(high) });

export function upliftCardOf(report: UpliftReport, { language }: { readonly language: Language }): string {
  const { label, treatment } = report.data;
  const heading = say('title', { answer: clipped(`${label.column} = ${label.positive}`) });
  const sections = [verdictSection, groupsSection, figuresSection, targetingSection, limitsSection].map((made) => made(report));
  return pageOf({
    language,
    heading,
    kind: say('kind'),
    header: html`<header class="top">
${headerBar(say('kind'))}
<h1>${both(heading)}</h1>
<p class="about"><bdi>${clipped(report.data.name)}</bdi> · ${both(say('about', { count: count(report.data.rows) }))} · <bdi>${clipped(
      `${treatment.column}: ${treatment.treated.join(', ')} / ${treatment.control}`,
    )}</bdi></p>
</header>`,
    sections,
    contents: say('contents'),
    footer: say('footer'),
  });
}

type Section = { readonly id: string; readonly title: Text; readonly body: Html };
function made(id: UpliftWord, lead: Text | undefined, ...body: readonly Html[]): Section {
  return { id, title: say(id), body: headed(id, say(id), lead, ...body) };
}

function verdictSection(report: UpliftReport): Section {
  const [first, ...rest] = verdictLines(report);
  const grade = { shown: 'good', 'not shown': 'fair', harmful: 'weak' }[report.verdict];
  return made(
    'verdict',
    undefined,
    html`<div class="verdict ${report.randomisation.verdict === 'alike' ? grade : 'weak'}">
<p class="headline"><span class="grade">${both(say(`grade-${report.verdict}`))}</span><strong>${both(first!)}</strong></p>
${rest.map((line) => html`<p>${both(line)}</p>`)}
</div>`,
  );
}

function groupsSection({ groups: { treated, control, effect } }: UpliftReport): Section {
  const row = (head: UpliftWord, { rows, responses, rate }: typeof treated) => ({
    head: both(say(head)),
    cells: [figure(count(rows)), figure(count(responses)), figure(percent(rate, 2))],
  });
  return made(
    'groups',
    say('groups-lead'),
    table(
      say('groups'),
      [words(same('')), ...heads('customers', 'responses', 'rate')],
      [
        row('with-offer', treated),
        row('without-offer', control),
        {
          head: both(say('effect')),
          strong: true,
          cells: [
            figure(''),
            figure(''),
            { content: html`${percent(effect.value, 2)} (${both(range(effect, (value) => percent(value, 2)))})`, numeric: true },
          ],
        },
      ],
    ),
  );
}

function figuresSection(report: UpliftReport): Section {
  const { chosen, approaches, response } = report.crossValidation;
  const cellsOf = ({ qini, auuc, upliftAt }: ApproachFigures) =>
    [
      signed(qini.value, 5),
      decimal(qini.deviation, 5),
      decimal(auuc.value, 4),
      ...upliftAt.map(({ uplift }) => percent(uplift, 2)),
    ].map(figure);
  const row = (name: keyof typeof approaches) => ({
    head: both(name === chosen ? say('kept', { name: say(name) }) : say(name)),
    strong: name === chosen,
    cells: cellsOf(approaches[name]),
  });
  const shares = response.upliftAt.map(
    ({ share }): Cell => ({ ...words(say('uplift-at', { share: percent(share, 0) })), numeric: true }),
  );
  const qini = signed(approaches[chosen].qini.value, 5);
  return made(
    'figures',
    say('figures-lead'),
    table(
      say('figures'),
      [words(say('ranking')), ...heads('qini', 'deviation', 'auuc'), ...shares],
      [
        row('two models'),
        row('class transformation'),
        { head: both(say('response')), cells: cellsOf(response) },
        {
          head: both(say('chance')),
          cells: [
            '0',
            '–',
            decimal(report.groups.effect.value / 2, 4),
            ...shares.map(() => percent(report.groups.effect.value, 2)),
          ].map(figure),
        },
      ],
    ),
    group(
      'pictures',
      html`<figure class="picture">
<figcaption><h3>${both(say('curve'))}</h3><p class="axis">${both(say('curve-up'))}</p></figcaption>
<div role="img" aria-labelledby="qini-alt"><span class="hidden" id="qini-alt">${both(say('curve-alt', { qini }))}</span>
${qiniChart(report.curve)}</div>
<p class="axis across">${both(say('curve-across'))}</p>
</figure>`,
    ),
  );
}

function targetingSection(report: UpliftReport): Section {
  const { rows, prices, best } = report.targeting;
  const shown = rows.filter(({ share }, at) => at % 2 === 1 || share === best?.share);
  return made(
    'targeting',
    say('targeting-lead'),
    html`<p>${both(bestWords(report))}</p>`,
    table(
      say('targeting'),
      [
        words(say('addressed')),
        ...heads('uplift-among', 'deviation', 'gained-per-thousand'),
        ...(prices ? heads('profit-per-thousand') : []),
      ],
      shown.map(({ share, uplift, gain, profit }) => ({
        head: html`${percent(share, 0)}`,
        strong: share === best?.share,
        cells: [
          percent(uplift.value, 2),
          percent(uplift.deviation, 2),
          decimal(1000 * gain.value, 1),
          ...(prices ? [plain(1000 * profit!)] : []),
        ].map(figure),
      })),
    ),
  );
}

function limitsSection(): Section {
  const part = (...all: readonly UpliftWord[]) =>
    html`<div class="know"><ul>${all.map((word) => html`<li>${both(say(word))}</li>`)}</ul></div>`;
  return made('limits', undefined, group('limits', part('limit-offer', 'limit-after'), part('limit-control', 'limit-decide')));
}
