// The planted reason why customers leave. Grief from what went wrong wears off by half in sixteen weeks; the more of it, the
// likelier a customer decides to go; who has decided comes less often for some weeks, and then not at all.

export const churn = {
  /** Weekly log-odds of deciding to leave, for a customer of long standing without grief: about 0.3 % a week for who hardly ever comes. */
  base: -5.8,
  /** Added per unit of grief. */
  perGrief: 3,
  /** Added in the first 90 days. */
  newcomer: 0.7,
  /** Added for habit: in full for who comes every fourth week or oftener, in part for who comes less. */
  habit: -2.2,
  habitVisitsPerWeek: 0.25,
  /** Added for who banks here, and for each year of custom, up to three. */
  banking: -0.4,
  perYear: -0.2,
  griefHalfLifeWeeks: 16,
  /** Weeks between deciding and the last visit, and the share of visits that are still made. */
  fadingWeeks: [4, 12],
  fadingVisits: 0.25,
  /** Share of leavers who take their consents back, and of those who bank here, who close the account. */
  withdraws: 0.45,
  closesAccount: 0.3,
  grief: {
    lateDelivery: 0.6,
    perDayLate: 0.15,
    refund: 0.6,
    complaint: 1.1,
    unresolved: 1,
    slowAnswer: 0.5,
    /** A problem solved well takes some back. */
    solved: -0.4,
  },
} as const;

/** `visitsPerWeek` is what the person is given to, online and in stores. */
export type Standing = {
  readonly grief: number;
  readonly tenureDays: number;
  readonly banks: boolean;
  readonly visitsPerWeek: number;
};

/** Chance to decide to leave within one week. */
export function leaveChance({ grief, tenureDays, banks, visitsPerWeek }: Standing): number {
  const logOdds =
    churn.base +
    churn.perGrief * grief +
    (tenureDays < 90 ? churn.newcomer : 0) +
    churn.habit * Math.min(1, visitsPerWeek / churn.habitVisitsPerWeek) +
    (banks ? churn.banking : 0) +
    churn.perYear * Math.min(3, Math.max(0, tenureDays) / 365);
  return 1 / (1 + Math.exp(-logOdds));
}

export const griefKeptPerWeek = Math.exp(-Math.LN2 / churn.griefHalfLifeWeeks);
