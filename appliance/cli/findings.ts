// How findings are told on the command line, and the exit codes that monitoring knows: of doctor, preflight and setup alike.

import { Fault, type Words } from '../core/errors.ts';
import type { Finding } from '../core/store/store.ts';
import type { CliContext } from './context.ts';
import { EndsWith } from './faults.ts';

/** The four that monitoring knows; wrong usage is 2 as of every command, and has no answer on stdout. */
export const doctorExit = Object.freeze({ ok: 0, warnings: 1, errors: 2, notLooked: 3 });

const marks = { ok: '✓', warning: '!', error: '✗' } as const;

export const countOf = (findings: readonly Finding[], severity: Finding['severity']): number =>
  findings.filter((finding) => finding.severity === severity).length;

/** One finding for people. @param print where the line goes */
export function printFinding(
  { severity, name, message, next }: Finding,
  words: (words: Words) => string,
  print: (line: string) => void,
) {
  print(`${marks[severity]} ${words(name)}${words({ en: ': ', zh: '：' })}${words(message)}`);
  if (next) print(`    ${words(next)}`);
}

/** @param isLooked false where there was nothing to look at  @throws {EndsWith} unless all is in order */
export function answerFindings(context: CliContext, findings: readonly Finding[], isLooked = true): void {
  const [errors, warnings] = [countOf(findings, 'error'), countOf(findings, 'warning')];
  const ok = errors === 0;
  context.answer({ ok, looked: isLooked, errors, warnings, findings }, () => {
    for (const finding of findings) printFinding(finding, context.words, context.print);
  });
  if (!ok)
    throw new EndsWith(
      isLooked ? doctorExit.errors : doctorExit.notLooked,
      new Fault('unhealthy', `${errors} of ${findings.length} checks`),
    );
  if (warnings > 0) throw new EndsWith(doctorExit.warnings);
}
