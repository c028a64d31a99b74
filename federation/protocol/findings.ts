// What a check of a file finds, line by line, and how its lines are read: shared by all that check transcripts, so that the same change is found in
// the same words wherever it is made.

import { type ProtocolCode, ProtocolFault } from './words.ts';

/** `line` counts from 1. */
export type Finding = { readonly line: number; readonly code: ProtocolCode; readonly where?: string };
export type Found = {
  readonly findings: readonly Finding[];
  /** Findings beyond those, of which there are too many to name. */
  readonly more: number;
};

export const findingLimit = 20;

/** The first 20, by line. */
export function foundIn(findings: readonly Finding[]): Found {
  const byLine = [...findings].sort((a, b) => a.line - b.line);
  return { findings: byLine.slice(0, findingLimit), more: Math.max(0, byLine.length - findingLimit) };
}

/** Runs a check and writes its fault down as a finding of that line. @returns whether it held */
export function attempt(findings: Finding[], line: number, check: () => void): boolean {
  try {
    check();
    return true;
  } catch (fault) {
    if (!(fault instanceof ProtocolFault)) throw fault;
    findings.push({ line, code: fault.code, ...(fault.where === undefined ? {} : { where: fault.where }) });
    return false;
  }
}

export function must(holds: boolean, code: ProtocolCode, where?: string): void {
  if (!holds) throw new ProtocolFault(code, where);
}

/** Lines of a file. Other bytes must not read as the same text: what is no UTF-8, and a mark of the order of bytes, is refused. */
export function linesOf(file: string | Uint8Array, lineLimit: number, findings: Finding[]): string[] {
  let text: string;
  try {
    text = typeof file === 'string' ? file : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file);
  } catch {
    findings.push({ line: 1, code: 'malformed', where: 'UTF-8' });
    return [];
  }
  const lines = text.split('\n');
  // The last line ends like every other: a file that was cut in its middle shows.
  if (lines.pop() !== '') findings.push({ line: lines.length + 1, code: 'malformed', where: 'end of the file' });
  if (lines.length > lineLimit) {
    findings.push({ line: lineLimit + 1, code: 'too_large', where: `${lineLimit} lines` });
    lines.length = lineLimit;
  }
  return lines;
}

/** People write the groups of a fingerprint with spaces of their own. */
export const digitsOf = (fingerprint: string): string => fingerprint.replace(/\s+/gu, '');
