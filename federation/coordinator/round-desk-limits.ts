// How much a coordinator keeps of rounds, and for how long.

export const roundDeskLimits = {
  /** Boards that have not ended, and of these that one member proposed. */
  open: 50,
  openOfMember: 10,
  /** Bytes that lie here for one round, and of these that one party gave. */
  roundBytes: 8 * 1024 ** 3,
  partyBytes: 2 * 1024 ** 3,
  /** The longest wait for news. */
  waitMs: 60_000,
  /** Of lines in one answer. */
  answerBytes: 8 * 1024 ** 2,
  /** An ended round is kept for those who were away. */
  keptMs: 90 * 86_400_000,
} as const;
