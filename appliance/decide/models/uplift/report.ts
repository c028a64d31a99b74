// What a training of an uplift model reports, as data: no times of the run and no names of machines, so that the same training gives the same bytes.

import type { Apart } from '../monitoring/telling-apart.ts';
import type { Member } from '../training/report.ts';
import type { Dropped, Suspect } from '../training/screening.ts';
import type { Estimate, RankingFigures } from './evaluation.ts';
import type { Approach } from './scoring.ts';
import type { Best, Prices, TargetRow } from './targeting.ts';

export type GroupFigures = { readonly rows: number; readonly responses: number; readonly rate: number };
export type ApproachFigures = Omit<RankingFigures, 'gains'> & {
  /** Of the customers at the top, the share of the effect: uplift among the first tenth, fifth and three tenths. */
  readonly upliftAt: readonly { readonly share: number; readonly uplift: number }[];
};

export type UpliftReport = {
  readonly format: 1;
  readonly kind: 'uplift';
  readonly data: {
    readonly name: string;
    readonly rows: number;
    readonly rejectedRows: number;
    /** Without an answer, or with another offer. */
    readonly leftOutRows: number;
    readonly label: { readonly column: string; readonly positive: string; readonly negative: readonly string[] };
    readonly treatment: { readonly column: string; readonly control: string; readonly treated: readonly string[] };
  };
  readonly groups: { readonly treated: GroupFigures; readonly control: GroupFigures; readonly effect: Estimate };
  /** Whether the offer was drawn by chance, as far as the columns can tell. */
  readonly randomisation: Apart;
  readonly columns: {
    readonly used: readonly string[];
    readonly dropped: readonly Dropped[];
    readonly suspects: readonly Suspect[];
  };
  readonly crossValidation: {
    readonly folds: number;
    readonly seed: number;
    readonly chosen: Approach;
    readonly approaches: { readonly [approach in Approach]: ApproachFigures };
    /** Ranking by the chance of a response with the offer. */
    readonly response: ApproachFigures;
    /** Qini of the chosen approach less that of the other, and less that of the response model. */
    readonly overOther: Estimate;
    readonly overResponse: Estimate;
    /** Qini of the chosen approach in each fold alone. */
    readonly qiniOfFolds: readonly number[];
    readonly qiniDeviationOfFolds: number;
  };
  /** `shown`: the Qini's interval is above 0. `harmful`: below. */
  readonly verdict: 'shown' | 'not shown' | 'harmful';
  readonly curve: readonly { readonly share: number; readonly qini: number; readonly gain: number }[];
  readonly targeting: { readonly rows: readonly TargetRow[]; readonly prices?: Prices; readonly best?: Best };
  readonly model: {
    readonly approach: Approach;
    readonly parts: readonly { readonly part: string; readonly members: readonly Member[] }[];
  };
};
