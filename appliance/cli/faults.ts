// How a command ends: its exit code, and what is said when it failed, for people in their language or for programs as JSON.

import type { CommanderError } from 'commander';
import { SealBroken } from '../../crypto/envelope.ts';
import { ProtocolFault, protocolWords } from '../../federation/protocol/words.ts';
import { Fault, type Words } from '../core/errors.ts';
import { federationWords } from '../federate/refused.ts';
import type { CliContext } from './context.ts';
import { Interrupted } from './passphrase.ts';
import { printable } from './table.ts';

/** Scripts may rely on these. 1 comes with a code of docs/errors.md; 3 is a defect of Holdfast. */
export const exitCodes = Object.freeze({ ok: 0, fault: 1, usage: 2, unexpected: 3, interrupted: 130 });

/** The command did its work and answered; how it ends is part of the answer. */
export class EndsWith extends Error {
  readonly exitCode: number;

  /** @param cause a fault that is told on stderr as well */
  constructor(exitCode: number, cause?: Fault) {
    super(`ends with ${exitCode}`, { cause });
    this.exitCode = exitCode;
  }
}

type Said = { code: string; message: string; next?: string | undefined; where?: string | undefined };

/** Says on stderr why the command failed and returns its exit code. */
export function reportFailure(error: unknown, context: CliContext): number {
  if (error instanceof EndsWith) {
    if (error.cause !== undefined) reportFailure(error.cause, context);
    return error.exitCode;
  }
  if (error instanceof Interrupted) return exitCodes.interrupted;
  const thrown = error instanceof SealBroken ? new Fault('seal_broken', undefined, { cause: error }) : error;
  if (thrown instanceof Fault) {
    const { message, next } = federationWords(thrown) ?? thrown.words;
    say({ code: thrown.code, message: context.words(message), next: context.words(next), where: thrown.where }, context);
    return exitCodes.fault;
  }
  if (thrown instanceof ProtocolFault) {
    const { message, next } = protocolWords[thrown.code];
    say({ code: thrown.code, message: context.words(message), next: context.words(next), where: thrown.where }, context);
    return exitCodes.fault;
  }
  const message = context.words({ en: 'Something went wrong inside Holdfast.', zh: 'Holdfast 内部出错。' });
  say({ code: 'internal', message }, context);
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  if (!context.json) context.io.stderr.write(`${detail}\n`);
  return exitCodes.unexpected;
}

/** @param command the words typed so far, for the hint where to read on */
export function reportUsage(error: CommanderError, command: string, context: CliContext): number {
  const next = context.words({ en: `See "${command} --help".`, zh: `请查看 "${command} --help"。` });
  say({ code: 'usage', message: context.words(usageWords(error)), next }, context);
  return exitCodes.usage;
}

function say({ code, message, next, where }: Said, context: CliContext): void {
  if (context.json) {
    context.io.stderr.write(`${JSON.stringify({ error: { code, message, ...(next && { next }), ...(where && { where }) } })}\n`);
    return;
  }
  const place = where === undefined ? '' : ` (${printable(where)})`;
  context.io.stderr.write(`holdfast: ${message}${place} [${code}]\n${next === undefined ? '' : `  ${next}\n`}`);
}

/** Commander speaks English only; its codes tell which sentence it was. */
const usageInChinese: { readonly [code: string]: (subject: string, all: readonly string[]) => string } = {
  'commander.unknownCommand': (name) => `没有命令 "${name}"。`,
  'commander.unknownOption': (option) => `没有选项 "${option}"。`,
  'commander.missingArgument': (name) => `缺少参数 "${name}"。`,
  'commander.optionMissingArgument': (option) => `选项 "${option}" 缺少值。`,
  'commander.missingMandatoryOptionValue': (option) => `必须提供选项 "${option}"。`,
  'commander.conflictingOption': (_, all) => `选项不能同时使用：${all.join('、')}。`,
  'commander.invalidArgument': (_, all) => `参数值无效：${all.join('、')}。`,
  'commander.excessArguments': () => '参数过多。',
};

function usageWords(error: CommanderError): Words {
  const en = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  const quoted = [...error.message.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '');
  return { en, zh: usageInChinese[error.code]?.(quoted[0] ?? '', quoted) ?? en };
}
