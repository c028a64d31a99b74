// What a training found, on one page of text.

import type { Report } from '../decide/models/models.ts';
import type { CliContext } from './context.ts';

type Dropped = Report['columns']['dropped'][number];

export function printReport(context: CliContext, report: Report): void {
  const { words, print } = context;
  const { data, crossValidation: own, baseline, split, decision, importance } = report;
  const labelled = data.rows - data.unlabelledRows;
  print(
    words({
      en: `${data.label.column} = ${data.label.positive}: ${data.positives} of ${labelled} rows (${percent(data.positives / labelled)})`,
      zh: `${data.label.column} = ${data.label.positive}：${labelled} 行中的 ${data.positives} 行（${percent(data.positives / labelled)}）`,
    }),
  );
  printColumns(context, report.columns);
  print('');
  const figures = (name: string, one: { rocAuc: number; logLoss: number; calibrationError: number }) => [
    name,
    one.rocAuc.toFixed(4),
    one.logLoss.toFixed(4),
    one.calibrationError.toFixed(4),
  ];
  context.printTable(
    [
      { title: words({ en: `${split.folds} folds`, zh: `${split.folds} 折` }) },
      { title: 'ROC AUC', align: 'right' },
      { title: words({ en: 'log-loss', zh: '对数损失' }), align: 'right' },
      { title: words({ en: 'calibration error', zh: '校准误差' }), align: 'right' },
    ],
    [
      figures(words({ en: 'this model', zh: '本模型' }), own),
      figures(words({ en: 'logistic regression', zh: '逻辑回归' }), baseline.logistic),
    ],
  );
  print('');
  const { confusion } = decision;
  print(
    words({
      en: `from ${percent(confusion.threshold)} on: ${percent(confusion.recall)} of them are found, and ${percent(confusion.precision)} of those named are right`,
      zh: `以 ${percent(confusion.threshold)} 为阈值：能找出其中 ${percent(confusion.recall)}，命中率 ${percent(confusion.precision)}`,
    }),
  );
  print(
    `${words({ en: 'it goes by', zh: '主要依据' })}: ${importance
      .slice(0, 5)
      .map(({ column, share }) => `${column} (${percent(share)})`)
      .join(', ')}`,
  );
}

/** Columns that were left out, and those that people must look at. */
export function printColumns(context: CliContext, columns: Report['columns']): void {
  const { words, print } = context;
  for (const one of columns.dropped) if (one.reason !== 'asked') print(droppedWords(context, one));
  for (const { column, value, rows, auc } of columns.suspects) {
    print(
      auc !== undefined
        ? words({
            en: `look at ${column}: alone it nearly tells the answer (area ${auc.toFixed(3)}). Is it known beforehand?`,
            zh: `请核查 ${column}：仅凭它就几乎能得出答案（AUC ${auc.toFixed(3)}），预测时是否已知？`,
          })
        : words({
            en: `look at ${column}: all ${rows} rows with ${value} have the answer. Is it known beforehand? Else --drop it`,
            zh: `请核查 ${column}：取值 ${value} 的 ${rows} 行全部命中，预测时是否已知？否则请用 --drop 排除`,
          }),
    );
  }
}

function droppedWords({ words }: CliContext, { column, reason, of, auc }: Dropped): string {
  switch (reason) {
    case 'leak':
      return words({
        en: `left out ${column}: alone it tells the answer (area ${auc!.toFixed(3)}), so it is the answer or follows from it; --keep it if not`,
        zh: `已排除 ${column}：仅凭它就能得出答案（AUC ${auc!.toFixed(3)}），应为答案本身或其结果；如非如此请用 --keep`,
      });
    case 'duplicate':
      return words({ en: `left out ${column}: it says the same as ${of}`, zh: `已排除 ${column}：与 ${of} 内容相同` });
    case 'identifier':
      return words({ en: `left out ${column}: it names rows`, zh: `已排除 ${column}：只是行的编号` });
    case 'constant':
      return words({ en: `left out ${column}: it is the same everywhere`, zh: `已排除 ${column}：全部取值相同` });
    case 'empty':
      return words({ en: `left out ${column}: it is empty`, zh: `已排除 ${column}：全部为空` });
    case 'asked':
      return words({ en: `left out ${column}, as asked`, zh: `已按要求排除 ${column}` });
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
