// How well the model does: what it was tested on, the figures with their folds, how it ranks, and whether its probabilities hold.

import type { Figures } from '../training/report.ts';
import { calibrationChart, gainChart, liftChart, precisionRecallChart, rocChart } from './charts.ts';
import { both, type Html, html, nothing } from './markup.ts';
import { count, dash, decimal, percent, times } from './numbers.ts';
import { type Cell, facts, figure, group, more, picture, type Row, section, table, words } from './parts.ts';
import { clipped, type Subject, same } from './subject.ts';
import { listed, say } from './words.ts';

export const performanceLimits = {
  /** Values that count as "not", of a label with many. */
  otherAnswers: 12,
  folds: 50,
} as const;

export function purposeSection({ report, answer, labelled, rate, about }: Subject): Html {
  const { data, split, columns } = report;
  const others = data.label.negative;
  const shown = others.slice(0, performanceLimits.otherAnswers).map((value) => same(clipped(value)));
  return section(
    'purpose',
    say('purpose-lead', { answer, columns: count(columns.used.length) }),
    facts([
      ...(about
        ? ([
            [say('label'), both(about.label)],
            [say('population'), both(about.population)],
          ] as const)
        : []),
      [say('data'), html`<bdi>${clipped(data.name)}</bdi>`],
      [say('rows-learned'), html`${count(labelled)}`],
      [say('to-be-found', { answer }), html`${count(data.positives)} (${percent(rate)})`],
      [say('other-answers'), html`${both(listed(shown))}${others.length > shown.length ? ' …' : ''}`],
      [say('unlabelled'), html`${count(data.unlabelledRows)}`],
      [say('rejected'), html`${count(data.rejectedRows)}`],
      [say('tested-by'), both(say(`split-${split.kind}`, { folds: count(split.folds) }))],
    ]),
  );
}

const figureHeads = [
  ['auc', 'higher'],
  ['average-precision', 'higher'],
  ['log-loss', 'lower'],
  ['brier', 'lower'],
  ['calibration-error', 'lower'],
] as const;
const cellsOf = (of: Partial<Figures>): Cell[] =>
  [of.rocAuc, of.averagePrecision, of.logLoss, of.brier, of.calibrationError].map((value) => figure(decimal(value)));

export function figuresSection({ report, labelled }: Subject): Html {
  const { crossValidation, baseline, data } = report;
  const heads: Cell[] = [
    words(say('metric')),
    ...figureHeads.map(([word, better]) => ({
      content: html`${both(say(word))}<small>${both(say(better))}</small>`,
      numeric: true,
    })),
    { ...words(say('rows')), numeric: true },
    { ...words(say('positives')), numeric: true },
  ];
  const sizes = (rows?: number, positives?: number) => [figure(count(rows)), figure(count(positives))];
  const deviation = decimal(crossValidation.rocAucDeviation);
  const [auc, ...others] = cellsOf(crossValidation);
  const withDeviation: Cell = {
    content: html`${auc!.content}${deviation === dash ? nothing : html`<small>± ${deviation}</small>`}`,
    numeric: true,
  };
  const rows: Row[] = [
    {
      head: both(say('fold-mean')),
      cells: [withDeviation, ...others, ...sizes(labelled, data.positives)],
      strong: true,
    },
    { head: both(say('baseline-row')), cells: [...cellsOf(baseline.logistic), ...sizes()] },
    { head: both(say('prior-row')), cells: [...cellsOf({ logLoss: baseline.prior.logLoss }), ...sizes()] },
    ...crossValidation.folds.slice(0, performanceLimits.folds).map((fold, at) => ({
      head: both(say('fold', { number: at + 1 })),
      cells: [...cellsOf(fold), ...sizes(fold.rows, fold.positives)],
    })),
  ];
  return section('figures', say('figures-lead'), table(say('figures'), heads, rows));
}

export function rankingSection({ report, rate }: Subject): Html {
  const { curves, crossValidation, decision } = report;
  const { confusion } = decision;
  const fallout = confusion.falsePositives / (confusion.falsePositives + confusion.trueNegatives);
  const [first, third, last] = [curves.lift[0], curves.lift[2], curves.lift.at(-1)];
  const pictures = [
    picture(
      'roc',
      both(say('roc')),
      { up: 'found-share', across: say('wrong-share') },
      say('roc-alt', {
        auc: decimal(crossValidation.rocAuc),
        recall: percent(confusion.recall),
        fallout: percent(fallout),
      }),
      rocChart(curves.roc, [fallout, confusion.recall]),
    ),
    picture(
      'precision-recall',
      both(say('precision-recall')),
      { up: 'right-share', across: say('found-share') },
      say('precision-recall-alt', {
        precision: decimal(crossValidation.averagePrecision),
        atPrecision: percent(confusion.precision),
        rate: percent(rate),
      }),
      precisionRecallChart(curves.precisionRecall, rate, [confusion.recall, confusion.precision]),
    ),
    picture(
      'lift',
      both(say('lift')),
      { up: 'times-random', across: say('tenths') },
      say('lift-alt', { first: times(first?.lift), last: times(last?.lift) }),
      liftChart(curves.lift),
    ),
    picture(
      'gain',
      both(say('gain')),
      { up: 'found-share', across: say('called-share') },
      say('gain-alt', { third: percent(third?.gain) }),
      gainChart(curves.lift),
    ),
  ];
  return section(
    'ranking',
    say('ranking-lead'),
    group('pictures', ...pictures),
    more(say('lift-table'), liftTable(report.curves.lift)),
  );
}

function liftTable(lift: Subject['report']['curves']['lift']): Html {
  const heads = (['rows', 'positives', 'lift-column', 'gain-column'] as const).map((word) => ({
    ...words(say(word)),
    numeric: true,
  }));
  return table(
    say('lift-table'),
    [words(say('tenth')), ...heads],
    lift.map((tenth) => ({
      head: html`${count(tenth.decile)}`,
      cells: [count(tenth.rows), count(tenth.positives), times(tenth.lift, 2), percent(tenth.gain)].map(figure),
    })),
  );
}

export function calibrationSection({ report }: Subject): Html {
  const bins = report.curves.calibration;
  const heads = (['rows', 'mean-score', 'real-share'] as const).map((word) => ({ ...words(say(word)), numeric: true }));
  const rows = bins.map((bin) => ({
    head: html`${percent(bin.from, 0)} – ${percent(bin.to, 0)}`,
    cells: [count(bin.rows), percent(bin.meanScore), percent(bin.positiveRate)].map(figure),
  }));
  const error = percent(report.crossValidation.calibrationError);
  const chart = picture(
    'calibration',
    both(say('calibration-chart')),
    { up: 'real-share', across: say('mean-score') },
    say('calibration-alt', { bins: bins.filter((bin) => bin.rows > 0).length, error }),
    calibrationChart(bins),
  );
  const side = group(
    'side',
    facts([
      [say('calibration-error'), html`${error}`],
      [say('adjusted-by'), both(say(`calibrated-${report.model.calibration}`))],
    ]),
    table(say('calibration-table'), [words(say('scores')), ...heads], rows),
  );
  return section('calibration', say('calibration-lead'), group('pictures', chart, side));
}
