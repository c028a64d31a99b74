// What the model looks at: importance, how the score follows the leading columns, and which columns were used or left out.

import type { ColumnImportance, PartialDependence } from '../training/report.ts';
import type { Dropped } from '../training/screening.ts';
import { dependenceChart } from './charts.ts';
import { both, type Html, html, nothing, type Text } from './markup.ts';
import { count, decimal, percent } from './numbers.ts';
import { bar, type Cell, empty, figure, group, minor, more, picture, section, table, words } from './parts.ts';
import { counted, type Subject } from './subject.ts';
import { isUnsettled, verdictLimits } from './verdict.ts';
import { listed, say } from './words.ts';

export const columnLimits = {
  /** Of importance, shown at once; the rest behind a click. */
  bars: 15,
  /** Of importance, at all. */
  importance: 500,
  pictures: 12,
  /** Values of a category, the most frequent. */
  values: 10,
  /** Names of columns in one list: at once, and at all. */
  names: 60,
  allNames: 500,
} as const;

export function importanceSection(subject: Subject): Html {
  const all = subject.report.importance.slice(0, columnLimits.importance);
  if (all.length === 0) return section('importance', say('importance-lead'), empty('no-importance'));
  const most = Math.max(...all.map(({ share }) => share).filter(Number.isFinite));
  const [leading, rest] = [all.slice(0, columnLimits.bars), all.slice(columnLimits.bars)];
  return section(
    'importance',
    say('importance-lead'),
    importanceTable(subject, leading, most),
    rest.length > 0 ? more(say('more-columns', { count: count(rest.length) }), importanceTable(subject, rest, most)) : nothing,
  );
}

function importanceTable({ named, report }: Subject, rows: readonly ColumnImportance[], most: number): Html {
  const leading = new Set(report.importance.slice(0, verdictLimits.leadingColumns));
  const heads: Cell[] = [
    words(say('column')),
    { ...words(say('share')), numeric: true },
    { content: nothing },
    minor({ ...words(say('mean-shap')), numeric: true }),
    { ...words(say('places')), numeric: true },
  ];
  return table(
    say('importance'),
    heads,
    rows.map((of) => ({
      head: named(of.column),
      cells: [
        figure(percent(of.share)),
        { content: bar(of.share / most), wide: true },
        minor(figure(decimal(of.meanAbsShap))),
        { content: placesOf(of, leading.has(of)), numeric: true },
      ],
    })),
  );
}

/** Columns that hardly matter change places all the time: only of those in front it says something. */
function placesOf(of: ColumnImportance, leads: boolean): Html {
  const { best, worst } = of.ranks;
  const places = best === worst ? count(best) : `${count(best)}–${count(worst)}`;
  return html`${places}${leads && isUnsettled(of) ? html`<small class="tag">${both(say('unsettled'))}</small>` : nothing}`;
}

export function dependenceSection(subject: Subject): Html {
  const all = subject.report.partialDependence;
  if (all.length === 0) return nothing;
  const drawn = all.slice(0, columnLimits.pictures);
  const means = drawn.flatMap(({ points }) => points.map(({ mean }) => mean)).filter(Number.isFinite);
  const highest = ceiling(Math.max(0.01, ...means));
  const rest = all.slice(columnLimits.pictures).map(({ column }) => subject.title(column));
  return section(
    'dependence',
    say('dependence-lead'),
    group('pictures', ...drawn.map((of, at) => dependenceOf(subject, of, at, highest))),
    rest.length > 0 ? html`<p class="axis">${both(say('more-pictures', { columns: listed(rest) }))}</p>` : nothing,
  );
}

/** The next height whose quarters are round. */
function ceiling(mean: number): number {
  return [0.02, 0.04, 0.08, 0.2, 0.4, 0.6, 0.8].find((height) => mean <= height) ?? 1;
}

function dependenceOf(subject: Subject, of: PartialDependence, at: number, highest: number): Html {
  if (of.kind === 'category') return levelsOf(subject, of, highest);
  const points = of.points.filter(({ value, mean }) => Number.isFinite(value) && Number.isFinite(mean));
  const title = subject.named(of.column);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last)
    return html`<figure class="picture"><figcaption><h3>${title}</h3></figcaption>${empty('no-points')}</figure>`;
  const means = points.map(({ mean }) => mean);
  const alt = say('dependence-alt', {
    column: subject.title(of.column),
    first: percent(first.mean),
    from: subject.value(of.column, first.value),
    last: percent(last.mean),
    to: subject.value(of.column, last.value),
    lowest: percent(Math.min(...means)),
    highest: percent(Math.max(...means)),
  });
  const drawing = dependenceChart({ ...of, points }, highest);
  return picture(`dependence-${at}`, title, { up: 'mean-score-axis', across: undefined }, alt, drawing);
}

function levelsOf(subject: Subject, of: PartialDependence, highest: number): Html {
  const kept = new Set([...of.points].sort((a, b) => b.rows - a.rows).slice(0, columnLimits.values));
  const rows = of.points
    .filter((point) => kept.has(point))
    .map(({ value, mean, rows }) => ({
      head: html`${both(subject.value(of.column, value))}<small>${both(counted(rows))}</small>`,
      cells: [{ content: bar(mean / highest), wide: true }, figure(percent(mean))],
    }));
  const heads: Cell[] = [words(say('value-column')), { content: nothing }, { ...words(say('mean-score-axis')), numeric: true }];
  const hidden = of.points.length - kept.size;
  return html`<figure class="picture levels"><figcaption><h3>${subject.named(of.column)}</h3></figcaption>
${table(subject.title(of.column), heads, rows)}
${hidden > 0 ? html`<p class="axis">${both(say('more-values', { count: count(hidden) }))}</p>` : nothing}
</figure>`;
}

export function columnsSection(subject: Subject): Html {
  const { used, dropped } = subject.report.columns;
  const usedTitle = say('columns-used', { count: count(used.length) });
  const droppedTitle = say('columns-dropped', { count: count(dropped.length) });
  const names = used.slice(0, columnLimits.allNames).map((column) => html`<li>${subject.named(column)}</li>`);
  const left = dropped.slice(0, columnLimits.allNames).map((of) => ({
    head: subject.named(of.column),
    cells: [words(whyOf(subject, of))],
  }));
  const heads = [words(say('column')), words(say('why'))];
  return section(
    'columns',
    undefined,
    html`<h3>${both(usedTitle)}</h3>`,
    inTwo(names, (part) => html`<ul class="names">${part}</ul>`),
    ...(left.length > 0
      ? [html`<h3>${both(droppedTitle)}</h3>`, inTwo(left, (part) => table(droppedTitle, heads, part))]
      : [empty('columns-all-used')]),
  );
}

const whyOf = ({ title }: Subject, { reason, of, auc }: Dropped): Text =>
  say(`dropped-${reason}`, { of: of === undefined ? '' : title(of), auc: decimal(auc) });

function inTwo<T>(all: readonly T[], show: (part: readonly T[]) => Html): Html {
  const [first, rest] = [all.slice(0, columnLimits.names), all.slice(columnLimits.names)];
  if (rest.length === 0) return show(first);
  return html`${show(first)}${more(say('more-columns', { count: count(rest.length) }), show(rest))}`;
}
