// The top of the card: the verdict in words, the four figures behind it, and what to know before the model is used.

import type { Report } from '../training/report.ts';
import { both, type Html, html, nothing, type Text } from './markup.ts';
import { count, decimal, percent, signed, times } from './numbers.ts';
import { group, more, section, stats } from './parts.ts';
import type { Subject } from './subject.ts';
import { type Verdict, verdictOf, type Warning, warningsOf } from './verdict.ts';
import { listed, say } from './words.ts';

export const warningLimits = {
  /** At once; the rest behind a click. */
  shown: 10,
  all: 200,
} as const;

export function verdictSection(subject: Subject): Html {
  const { report } = subject;
  const verdict = verdictOf(report);
  return section('verdict', undefined, summary(subject, verdict), figuresOf(report, verdict), warnings(subject));
}

function summary({ report, answer }: Subject, verdict: Verdict): Html {
  const { rocAuc } = report.crossValidation;
  const first = report.curves.lift[0];
  const sentences = [
    ...(Number.isFinite(rocAuc) ? [say('in-pairs', { pairs: decimal(rocAuc * 100, 0) })] : []),
    ...(first && Number.isFinite(first.gain)
      ? [say('top-tenth', { gain: percent(first.gain), lift: decimal(first.lift, 1) })]
      : []),
    say(`baseline-${verdict.againstBaseline}`, { gain: decimal(Math.abs(verdict.gain ?? 0)) }),
  ];
  return html`<div class="verdict ${verdict.grade}">
<p class="headline"><span class="grade">${both(say(`grade-${verdict.grade}`))}</span><strong>${both(
    say(`headline-${verdict.headline}`, { answer }),
  )}</strong></p>
${sentences.map((sentence) => html`<p>${both(sentence)}</p>`)}
</div>`;
}

function figuresOf({ crossValidation, baseline, curves }: Report, verdict: Verdict): Html {
  const deviation = decimal(crossValidation.rocAucDeviation);
  const folds = crossValidation.folds.length;
  const note: Text =
    verdict.confidence === 'unknown' ? say('confidence-note-unknown') : say('confidence-note', { deviation, folds });
  return stats([
    { label: say('auc'), value: html`${decimal(crossValidation.rocAuc)}`, note: say('auc-note') },
    { label: say('confidence'), value: both(say(`confidence-${verdict.confidence}`)), note },
    {
      label: say('against-baseline'),
      value: html`${signed(verdict.gain)}`,
      note: say('against-baseline-note', { auc: decimal(baseline.logistic.rocAuc) }),
    },
    { label: say('top-tenth-short'), value: html`${times(curves.lift[0]?.lift)}`, note: say('top-tenth-note') },
  ]);
}

function warnings(subject: Subject): Html {
  const items = warningsOf(subject.report).map(
    (warning) =>
      html`<li class="${warning.weight}"><span class="tag">${both(say(warning.weight))}</span><p>${both(
        sentenceOf(warning, subject),
      )}</p></li>`,
  );
  const [shown, rest] = [items.slice(0, warningLimits.shown), items.slice(warningLimits.shown, warningLimits.all)];
  const hidden =
    rest.length > 0
      ? more(say('more-warnings', { count: count(items.length - shown.length) }), html`<ul class="warnings">${rest}</ul>`)
      : nothing;
  const body =
    items.length > 0 ? html`<ul class="warnings">${shown}</ul>${hidden}` : html`<p class="fine">${both(say('no-warnings'))}</p>`;
  return group('before', html`<h3>${both(say('warnings'))}</h3>`, body);
}

function sentenceOf(warning: Warning, { title, value }: Subject): Text {
  switch (warning.kind) {
    case 'suspect':
      return say('warn-suspect', { column: title(warning.column), auc: decimal(warning.auc) });
    case 'pure-value': {
      const { column, rows } = warning;
      return say('warn-pure-value', { column: title(column), value: value(column, warning.value), rows: count(rows) });
    }
    case 'too-good':
      return say('warn-too-good', { auc: decimal(warning.auc) });
    case 'few-answers':
      return say('warn-few-answers', { rows: count(warning.rows) });
    case 'no-folds':
      return say('warn-no-folds');
    case 'scatter':
      return say('warn-scatter', { deviation: decimal(warning.deviation) });
    case 'unsettled':
      return say('warn-unsettled', { columns: listed(warning.columns.map(title)) });
    case 'calibration':
      return say('warn-calibration', { error: percent(warning.error) });
    case 'selected-apart':
      return say('warn-selected-apart', { column: title(warning.column), ratio: decimal(warning.ratio, 2) });
    case 'recall-apart': {
      const { column, least, most } = warning;
      return say('warn-recall-apart', { column: title(column), least: percent(least), most: percent(most) });
    }
    case 'rejected':
      return say('warn-rejected', { rows: count(warning.rows) });
    case 'unlabelled':
      return say('warn-unlabelled', { rows: count(warning.rows), share: percent(warning.share) });
  }
}
