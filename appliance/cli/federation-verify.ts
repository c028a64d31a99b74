// `holdfast federation verify`: whether a transcript, of a match or of a round, is what its parties signed. It needs the file and, best, the founder's fingerprint; no node, no
// data folder and nobody's leave, so that a third party can be handed both.

import { basename } from 'node:path';
import { writePlain } from '../../federation/protocol/blocks.ts';
import { verdictExit } from '../../federation/protocol/verdict-words.ts';
import { Fault } from '../core/errors.ts';
import { groups, transcriptBytes, verdictOn } from '../federate/verdict.ts';
import type { CliContext } from './context.ts';
import { readBytes } from './federation-book.ts';

export type VerifyOptions = { founder?: string; zone: string };

/** @throws {Fault} `transcript_broken` when there are findings, `unreadable_file`, `bad_request` */
export function verifyFile(context: CliContext, file: string, { founder, zone }: VerifyOptions): void {
  if (!isZone(zone)) throw new Fault('bad_request', '--zone: such as Asia/Shanghai');
  const bytes = readBytes(context, file, transcriptBytes);
  const { verdict, words } = verdictOn(bytes, founder === undefined ? undefined : grouped(founder), zone);
  context.answer(verdict, () => context.print(writePlain(words(), context.language).trimEnd()));
  if (verdictExit(verdict) !== 0)
    throw new Fault('transcript_broken', `${basename(file)}: line ${verdict.findings[0]?.line ?? 1}`);
}

/** @throws {Fault} `bad_request` */
function grouped(text: string): string {
  const given = groups(text);
  if (given === undefined) throw new Fault('bad_request', '--founder: 40 digits');
  return given;
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}
