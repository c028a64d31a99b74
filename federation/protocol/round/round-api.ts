// What a coordinator does for the parties of a round. As with the coordinator's other calls, who calls is known from the connection, each
// call may be made again, and each may throw a ProtocolFault, or Unreachable where the coordinator could not be asked.

import { hash } from 'node:crypto';
import { ProtocolFault } from '../words.ts';
import type { SignedClosing } from './closing.ts';
import type { SignedEntry } from './sayings.ts';

/** Lines of one board, from number `from` on. */
export type News = {
  readonly round: string;
  readonly from: number;
  readonly entries: SignedEntry[];
  /** Of one that has ended: signatures under its end, from number `from` on in the order in which they came. */
  readonly closings?: { readonly from: number; readonly signed: SignedClosing[] };
};

/** What is asked for of a board that has ended: all its lines were seen, and so many closings. What no number of lines can be. */
export const seenClosings = (lines: number, closings: number): number => lines + 1 + closings;

export interface RoundApi {
  /**
   * What the caller has not seen of the rounds that it is a party of, some 8 MiB at most; waits up to `waitMs` for the first.
   * @param seen by round, how many lines the caller has; none of a round that it does not know; of one that has ended seenClosings()
   */
  news(seen: { readonly [round: string]: number }, waitMs: number): Promise<News[]>;
  /** Says something: it stands on the board when this resolves. The same once more is no fault. @throws {ProtocolFault} what Board.take throws */
  post(entry: SignedEntry): Promise<void>;
  /** Signs the end of a round. The same once more, or another of the same author, changes nothing. @throws {ProtocolFault} what checkClosing throws */
  close(closing: SignedClosing): Promise<void>;
  /** Puts down something long before an entry names it by its hash. */
  give(round: string, bytes: Uint8Array): Promise<void>;
  /** @param digest blobDigest of what is wanted  @throws {ProtocolFault} round_unknown, blob_unknown */
  fetch(round: string, digest: string): Promise<Uint8Array>;
}

/** SHA-256 in hexadecimal: by what an entry names it. */
export const blobDigest = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

/** Of who coordinates no rounds: there are none, and none can be. */
export const noRounds: RoundApi = {
  news: async () => [],
  post: () => Promise.reject(new ProtocolFault('round_unknown')),
  close: () => Promise.reject(new ProtocolFault('round_unknown')),
  give: () => Promise.reject(new ProtocolFault('round_unknown')),
  fetch: () => Promise.reject(new ProtocolFault('round_unknown')),
};
