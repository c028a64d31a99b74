// What a check of a transcript says, of a match or of a round, by how the file begins: for whoever holds one, whether they ask the node or the command
// line. It needs the file and, best, the founder's fingerprint, and nothing of this node.

import type { Block } from '../../federation/protocol/blocks.ts';
import type { Found } from '../../federation/protocol/findings.ts';
import { wordsOfRoundVerdict } from '../../federation/protocol/round/round-verdict-words.ts';
import { isRoundTranscript } from '../../federation/protocol/round/transcript-lines.ts';
import { verifyRound } from '../../federation/protocol/round/verify-round.ts';
import { wordsOfVerdict } from '../../federation/protocol/verdict-words.ts';
import { verifyTranscript } from '../../federation/protocol/verify-transcript.ts';

/** More than a transcript can have. */
export const transcriptBytes = 256 * 1024 * 1024;
const fingerprintDigits = 40;

export type TranscriptVerdict = { readonly of: 'match' | 'round'; readonly verdict: Found; readonly words: () => Block[] };

/**
 * @param founder the fingerprint as groups() writes it; without one the file vouches for itself alone
 * @param zone IANA, of times
 */
export function verdictOn(bytes: Uint8Array, founder: string | undefined, zone: string): TranscriptVerdict {
  if (isRoundTranscript(bytes)) {
    const verdict = verifyRound(bytes, founder);
    return { of: 'round', verdict, words: () => wordsOfRoundVerdict(verdict, zone) };
  }
  const verdict = verifyTranscript(bytes, founder);
  return { of: 'match', verdict, words: () => wordsOfVerdict(verdict, zone) };
}

/**
 * As fingerprints are written: digits may come in other groups and of another script, as they were read out and typed.
 * @returns undefined where these are no forty digits
 */
export function groups(text: string): string | undefined {
  const digits = text.normalize('NFKC').replaceAll(/[^0-9]/g, '');
  return digits.length === fingerprintDigits ? digits.match(/.{5}/g)!.join(' ') : undefined;
}
