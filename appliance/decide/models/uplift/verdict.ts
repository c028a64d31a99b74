// The words of an uplift report's verdict: what a reader must know before any figure. The card and the command say the same.

import type { Text } from '../card/markup.ts';
import { decimal, percent, plain } from '../card/numbers.ts';
import { clipped, same } from '../card/subject.ts';
import { listed } from '../card/words.ts';
import type { UpliftReport } from './report.ts';
import { say } from './words.ts';

/** Whether the response model's Qini is above (`better`), below (`worse`) or within chance of the chosen approach's. */
export function againstResponse({ crossValidation: { overResponse } }: UpliftReport): 'better' | 'worse' | 'same' {
  return overResponse.high < 0 ? 'better' : overResponse.low > 0 ? 'worse' : 'same';
}

export function randomisationWords({ randomisation: { verdict, auc, columns } }: UpliftReport): Text {
  if (verdict === 'alike') return say('random', { auc: decimal(auc.value) });
  const named = columns.slice(0, 3).map(({ column }) => same(clipped(column)));
  return say('not-random', { columns: listed(named), auc: decimal(auc.value) });
}

export function bestWords({ targeting: { prices, best } }: UpliftReport): Text {
  if (!prices || !best) return say('no-prices');
  const values = {
    value: plain(prices.valuePerResponse),
    cost: plain(prices.costPerOffer),
    share: percent(best.share, 0),
    profit: plain(1000 * best.profit),
    everybody: plain(1000 * best.profitOfEverybody),
  };
  if (best.share === 0) return say('best-nobody', values);
  if (best.share === 1) return say('best-everybody', values);
  const some = say('best-some', values);
  if (best.sure) return some;
  const unsure = say('best-unsure');
  return { en: `${some.en} ${unsure.en}`, zh: `${some.zh}${unsure.zh}` };
}

/** The most important first. */
export function verdictLines(report: UpliftReport): Text[] {
  const lines = [say(`verdict-${report.verdict}`), say(`response-${againstResponse(report)}`), randomisationWords(report)];
  const ordered = report.randomisation.verdict === 'alike' ? lines : [lines[2]!, lines[0]!, lines[1]!];
  const suspects = report.columns.suspects.map(({ column }) => same(clipped(column)));
  return suspects.length > 0 ? [...ordered, say('suspects', { columns: listed(suspects) })] : ordered;
}
