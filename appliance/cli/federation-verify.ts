// `holdfast federation verify`: whether a transcript, of a match or of a round, is what its parties signed. It needs the file and, best, the founder's fingerprint; no node, no
// data folder and nobody's leave, so that a third party can be handed both.

import { basename } from 'node:path';
import { type Block, writePlain } from '../../federation/protocol/blocks.ts';
import type { Found } from '../../federation/protocol/findings.ts';
import { wordsOfRoundVerdict } from '../../federation/protocol/round/round-verdict-words.ts';
import { isRoundTranscript } from '../../federation/protocol/round/transcript-lines.ts';
import { verifyRound } from '../../federation/protocol/round/verify-round.ts';
import { verdictExit, wordsOfVerdict } from '../../federation/protocol/verdict-words.ts';
import { verifyTranscript } from '../../federation/protocol/verify-transcript.ts';
import { Fault } from '../core/errors.ts';
import type { CliContext } from './context.ts';
import { readBytes } from './federation-book.ts';

/** More than a transcript can have. */
const fileLimitBytes = 256 * 1024 * 1024;
const fingerprintDigits = 40;

export type VerifyOptions = { founder?: string; zone: string };

/** @throws {Fault} `transcript_broken` when there are findings, `unreadable_file`, `bad_request` */
export function verifyFile(context: CliContext, file: string, { founder, zone }: VerifyOptions): void {
  if (!isZone(zone)) throw new Fault('bad_request', '--zone: such as Asia/Shanghai');
  const bytes = readBytes(context, file, fileLimitBytes);
  const { verdict, words } = verdictOn(bytes, founder === undefined ? undefined : grouped(founder), zone);
  context.answer(verdict, () => context.print(writePlain(words(), context.language).trimEnd()));
  if (verdictExit(verdict) !== 0)
    throw new Fault('transcript_broken', `${basename(file)}: line ${verdict.findings[0]?.line ?? 1}`);
}

/** Of a match or of a round, by how the file begins. */
function verdictOn(bytes: Uint8Array, founder: string | undefined, zone: string): { verdict: Found; words: () => Block[] } {
  if (isRoundTranscript(bytes)) {
    const verdict = verifyRound(bytes, founder);
    return { verdict, words: () => wordsOfRoundVerdict(verdict, zone) };
  }
  const verdict = verifyTranscript(bytes, founder);
  return { verdict, words: () => wordsOfVerdict(verdict, zone) };
}

/** As fingerprints are written: digits may come in other groups and of another script, as they were read out and typed. */
function grouped(text: string): string {
  const digits = text.normalize('NFKC').replaceAll(/[^0-9]/g, '');
  if (digits.length !== fingerprintDigits) throw new Fault('bad_request', `--founder: ${fingerprintDigits} digits`);
  return digits.match(/.{5}/g)!.join(' ');
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}
