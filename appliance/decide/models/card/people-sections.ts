// What the model does to people: examples with the reasons for each score in words, and whether groups are treated alike.

import type { Example, Fairness, GroupFigures, Reason } from '../training/report.ts';
import { both, type Html, html, nothing, type Text } from './markup.ts';
import { count, decimal, percent, width } from './numbers.ts';
import { bar, type Cell, empty, figure, group, minor, section, table, words } from './parts.ts';
import { clipped, type Subject } from './subject.ts';
import { verdictLimits } from './verdict.ts';
import { listed, say } from './words.ts';

export const peopleLimits = {
  examples: 12,
  reasons: 6,
  /** Named in the sentence above the reasons. */
  spoken: 2,
  groups: 30,
  columns: 12,
} as const;

export function examplesSection(subject: Subject): Html {
  const all = subject.report.examples.slice(0, peopleLimits.examples);
  if (all.length === 0) return section('examples', say('examples-lead'), empty('no-examples'));
  const most = Math.max(
    ...all.flatMap(({ reasons }) => reasons.map(({ shap }) => Math.abs(shap))).filter(Number.isFinite),
    Number.MIN_VALUE,
  );
  return section('examples', say('examples-lead'), group('examples', ...all.map((of) => exampleOf(subject, of, most))));
}

function exampleOf(subject: Subject, { row, score, label, reasons }: Example, most: number): Html {
  const shown = reasons.slice(0, peopleLimits.reasons);
  const called = score >= subject.report.decision.confusion.threshold;
  const was = label === 1 ? say('example-was', { answer: subject.answer }) : say('example-was-not');
  return html`<article class="example">
<header><p class="score">${percent(score, 0)}</p><div><h3>${both(say('example-row', { row: count(row) }))}</h3>
<p class="note">${both(was)} · ${both(say(called ? 'example-above' : 'example-below'))}</p></div></header>
<p>${both(sentenceOf(subject, shown))}</p>
<ul class="reasons">${shown.map((reason) => reasonOf(subject, reason, most))}</ul>
</article>`;
}

function sentenceOf(subject: Subject, reasons: readonly Reason[]): Text {
  const spoken = (sign: 1 | -1) =>
    reasons
      .filter(({ shap }) => shap * sign > 0)
      .slice(0, peopleLimits.spoken)
      .map(({ column, value }) => say('reason-value', { column: subject.title(column), value: subject.value(column, value) }));
  const [up, down] = [spoken(1), spoken(-1)];
  if (up.length > 0 && down.length > 0) return say('reason-both', { up: listed(up), down: listed(down) });
  if (up.length > 0) return say('reason-up', { reasons: listed(up) });
  return down.length > 0 ? say('reason-down', { reasons: listed(down) }) : say('reason-none');
}

function reasonOf(subject: Subject, { column, value, shap }: Reason, most: number): Html {
  const way = shap < 0 ? 'lowers' : 'raises';
  return html`<li class="${way}"><span class="what">${both(subject.title(column))} <b>${both(subject.value(column, value))}</b></span>
<span class="effect"><span class="hidden">${both(say(way))}: </span>${both(say('odds', { factor: factorOf(shap) }))}</span>
<span class="bar ${way}" aria-hidden="true"><i style="width:${width(Math.abs(shap) / most / 2)}"></i></span></li>`;
}

/** Two figures that count, so that a small factor does not become zero. */
function factorOf(shap: number): string {
  const factor = Math.exp(shap);
  return decimal(factor, factor >= 10 ? 0 : factor >= 0.95 ? 1 : 2);
}

export function fairnessSection(subject: Subject): Html {
  const all = subject.report.fairness.slice(0, peopleLimits.columns);
  if (all.length === 0) return section('fairness', undefined, empty('no-fairness'));
  return section('fairness', say('fairness-lead'), ...all.map((of) => columnOf(subject, of)));
}

function columnOf(subject: Subject, { column, groups, selectedRatio: ratio }: Fairness): Html {
  const state = !Number.isFinite(ratio) ? 'unknown' : ratio < verdictLimits.selectedRatio ? 'apart' : 'fine';
  const shown = [...groups].sort((a, b) => b.rows - a.rows).slice(0, peopleLimits.groups);
  const head = (word: 'rows' | 'real-share-group' | 'mean-score' | 'recall' | 'auc'): Cell => ({
    ...words(say(word)),
    numeric: true,
  });
  return group(
    'compared',
    html`<h3>${subject.named(column)}<span class="tag ${state}">${both(say(`ratio-${state}`))}</span></h3>
<p>${both(say('selected-ratio', { ratio: decimal(ratio, 2) }))}</p>`,
    table(
      subject.title(column),
      [
        words(say('group')),
        head('rows'),
        head('real-share-group'),
        minor(head('mean-score')),
        { ...words(say('selected')), numeric: true },
        minor({ content: nothing }),
        head('recall'),
        minor(head('auc')),
      ],
      shown.map((of) => ({ head: headOf(of), cells: cellsOf(of) })),
    ),
  );
}

const headOf = ({ group: name, rows }: GroupFigures): Html =>
  html`<bdi>${clipped(name)}</bdi>${rows < verdictLimits.groupRows ? html`<small>${both(say('few-rows'))}</small>` : nothing}`;

const cellsOf = (of: GroupFigures): Cell[] => [
  figure(count(of.rows)),
  figure(percent(of.positiveRate)),
  minor(figure(percent(of.meanScore))),
  figure(percent(of.selectedRate)),
  minor({ content: bar(of.selectedRate), wide: true }),
  figure(percent(of.recall)),
  minor(figure(decimal(of.rocAuc))),
];
