// What a party keeps of a round beside its board: what its officers approved, and secrets, each until it is used.

import type { Officer } from '../match/state.ts';

export const roundCollection = 'round';
export const lineCollection = 'round-line';
/** Secrets of the sums of a batch. */
export const secretCollection = 'round-secret';

export const lineKey = (round: string, line: number): string => `${round}/${`${line}`.padStart(7, '0')}`;
export const batchKey = (round: string, batch: number): string => `${round}/${`${batch}`.padStart(5, '0')}`;

export type BudgetSpent = { readonly budget: string; readonly spent: number; readonly limit: number };

/** Shares of the custodian's key, and how many of them open it. */
export type KeySplit = { readonly shares: number; readonly needed: number };

/** `parts` of the public key lie in the spool. */
export type KeptKey = { readonly parts: number } & (
  | {
      /** The key that opens sums, and the secret that sums are sealed by; base64url. */
      readonly secretKey: string;
      readonly group: string;
      /** The first sum that is sealed by it. */
      readonly since?: number;
    }
  | {
      /** The key is sealed, in the spool; its shares are in the hands of people, and all have this number of their set. */
      readonly set: number;
    }
);

export type RoundState = {
  readonly v: 1;
  readonly round: string;
  readonly createdAtMs: number;
  /** What our officers agreed to: it is said on the board as soon as that can be reached. */
  accepted?: { readonly approvals: readonly Officer[]; readonly source: unknown; readonly budget?: BudgetSpent };
  /** We propose it: terms as they were approved. */
  proposed?: { readonly terms: unknown; readonly approvals: readonly Officer[]; readonly budget?: BudgetSpent };
  custody?: { readonly approvals: readonly Officer[]; readonly split?: KeySplit };
  stopping?: { readonly code: string; readonly reason?: string };
  vote?: { readonly adopt: boolean; readonly officer: string; readonly reason: string };
  /** The custodian's; gone when the round is over. */
  key?: KeptKey;
  /** Shares that we gave out, as Reveals writes it: never both of one member for one sum. */
  reveals?: unknown;
  /** How the model does on our holdout. */
  evaluated?: { readonly metrics: { readonly [name: string]: number }; readonly rows: number };
  /** The code by which what the coordinator showed us does not follow: we say nothing more. */
  forked?: string;
  /** Told already. */
  told: string[];
  /** Over and tidied up. */
  over?: true;
  /** Our word stands under the end. */
  signed?: true;
};

/** Secrets of a batch, by sum; those of opened sums are gone. */
export type KeptSecrets = { readonly sums: { readonly [sum: string]: { readonly master: string; readonly self: string } } };
