// Checks a transcript in a thread: that of a round works the model out again from the sums, which of many trees takes seconds.

import type { Block } from '../../federation/protocol/blocks.ts';
import { type ProtocolCode, protocolWords } from '../../federation/protocol/words.ts';
import { verdictOn } from './verdict.ts';

export type VerdictOrder = { readonly bytes: Uint8Array; readonly founder: string | undefined; readonly zone: string };
export type VerdictTold = {
  readonly of: 'match' | 'round';
  readonly holds: boolean;
  readonly findings: readonly {
    readonly line: number;
    readonly code: ProtocolCode;
    readonly where?: string;
    readonly message: { readonly en: string; readonly zh: string };
  }[];
  readonly more: number;
  readonly blocks: readonly Block[];
};

export function checkTranscript({ bytes, founder, zone }: VerdictOrder): VerdictTold {
  const { of, verdict, words } = verdictOn(bytes, founder, zone);
  const findings = verdict.findings.map((finding) => ({ ...finding, message: protocolWords[finding.code].message }));
  return { of, holds: findings.length === 0, findings, more: verdict.more, blocks: words() };
}
