// How to use the model: the threshold, what 1,000 customers come to at it, and the four kinds of outcome with what each mistake costs.

import { both, type Html, html, type Text } from './markup.ts';
import { count, decimal, percent, plain, width } from './numbers.ts';
import { group, section, stats } from './parts.ts';
import type { Subject } from './subject.ts';
import { type PerThousand, perThousand } from './verdict.ts';
import { say } from './words.ts';

export function decisionSection(subject: Subject): Html {
  const { confusion, costs } = subject.report.decision;
  const lead = say('decision-lead', {
    threshold: percent(confusion.threshold),
    falsePositive: plain(costs.falsePositive),
    falseNegative: plain(costs.falseNegative),
  });
  const thousand = perThousand(subject.report);
  return section('decision', lead, thousandOf(thousand, confusion.threshold), confusionOf(subject));
}

function thousandOf(thousand: PerThousand, threshold: number): Html {
  const { right, wrong, missed, left } = thousand;
  const parts = (['right', 'wrong', 'missed', 'left'] as const).map((kind) => ({ kind, of: thousand[kind] }));
  const strip = parts.map(({ kind, of }) => html`<i class="${kind}" style="width:${width(of / 1000)}"></i>`);
  const legend = parts.map(
    ({ kind, of }) =>
      html`<li><i class="${kind}" aria-hidden="true"></i>${both(say(`thousand-${kind}`))} <b>${count(of)}</b></li>`,
  );
  const alt = say('thousand-alt', { right: count(right), wrong: count(wrong), missed: count(missed), left: count(left) });
  return html`<h3>${both(say('per-thousand'))}</h3>
<div class="strip" role="img" aria-labelledby="thousand-alt"><span class="hidden" id="thousand-alt">${both(alt)}</span>${strip}</div>
<ul class="legend">${legend}</ul>
${stats([
  { label: say('threshold'), value: html`${percent(threshold)}`, note: say('threshold-note') },
  {
    label: say('thousand-called'),
    value: html`${count(thousand.called)}`,
    note: say('thousand-called-note', { right: count(right) }),
  },
  {
    label: say('thousand-missed'),
    value: html`${count(missed)}`,
    note: say('thousand-missed-note', { all: count(right + missed) }),
  },
  {
    label: say('thousand-cost'),
    value: html`${count(thousand.cost)}`,
    note: say('thousand-cost-note', {
      nobody: count(thousand.costCallingNobody),
      everybody: count(thousand.costCallingEverybody),
    }),
  },
])}`;
}

function confusionOf({ report, answer }: Subject): Html {
  const { confusion, costs } = report.decision;
  const all = confusion.truePositives + confusion.falsePositives + confusion.trueNegatives + confusion.falseNegatives;
  const cell = (kind: string, name: Text, rows: number, cost?: number) =>
    html`<td class="${kind}"><span class="name">${both(name)}</span><b>${count(rows)}</b><span class="note">${percent(
      rows / all,
    )} · ${both(cost === undefined ? say('costs-nothing') : say('costs-each', { cost: plain(cost) }))}</span></td>`;
  const measure = (word: 'precision-here' | 'recall-here' | 'f1-here', value: string) =>
    html`<div><dt>${both(say(word))}</dt><dd>${value}</dd></div>`;
  return group(
    'confusion',
    html`<h3>${both(say('confusion'))}</h3><p class="axis">${both(say('confusion-note'))}</p>`,
    html`<table><caption class="hidden">${both(say('confusion'))}</caption>
<thead><tr><th scope="col">${both(say('actual'))}</th><th scope="col">${both(say('called'))}</th><th scope="col">${both(
      say('not-called'),
    )}</th></tr></thead>
<tbody>
<tr><th scope="row">${both(say('is-answer', { answer }))}</th>${cell('hit', say('thousand-right'), confusion.truePositives)}${cell(
      'miss',
      say('thousand-missed'),
      confusion.falseNegatives,
      costs.falseNegative,
    )}</tr>
<tr><th scope="row">${both(say('is-other'))}</th>${cell(
      'miss',
      say('thousand-wrong'),
      confusion.falsePositives,
      costs.falsePositive,
    )}${cell('hit', say('thousand-left'), confusion.trueNegatives)}</tr>
</tbody></table>`,
    html`<dl class="facts inline">${measure('precision-here', percent(confusion.precision))}${measure(
      'recall-here',
      percent(confusion.recall),
    )}${measure('f1-here', decimal(confusion.f1))}</dl>`,
  );
}
