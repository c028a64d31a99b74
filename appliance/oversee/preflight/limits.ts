// From where on preflight warns of a machine, and from where it says that it will not do.

export const preflightLimits = {
  memoryMb: { error: 1_500, warning: 3_500 },
  threads: 2,
  diskMb: { error: 2_000, warning: 20_000 },
  fsyncMs: { error: 250, warning: 20 },
  glibc: '2.28',
  /** A clock this far ahead of the program is taken for wrong. */
  aheadYears: 20,
} as const;
