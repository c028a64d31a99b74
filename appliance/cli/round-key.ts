// `holdfast round custody`, `share` and `unlock`: the key that opens the sums of a round, on the custodian's side; under the node's vault, or in shares
// that its people keep, each one.

import type { Command } from 'commander';
import { Fault } from '../core/errors.ts';
import { type AsPerson, offerAsPerson, withPerson } from './as-person.ts';
import type { Api } from './connect.ts';
import type { CliContext } from './context.ts';
import { exampleOf, proposeAndTell, readBytes, writeOut } from './federation-book.ts';
import { wholeNumber } from './numbers.ts';
import type { RoundShown } from './round.ts';

const sharesMax = 16;
const shareLimitBytes = 10_000;
type Custody = AsPerson & { reason: string; shares?: number; needed?: number };
type Handed = { share: string; number: number; of: number; needed: number };

export type RoundKeyParts = {
  readonly context: CliContext;
  readonly group: Command;
  roundCalled(api: Api, called: string): Promise<RoundShown>;
  tell(round: RoundShown): void;
};

export function keyCommands(parts: RoundKeyParts): void {
  custody(parts);
  share(parts);
  unlock(parts);
}

function custody({ context, group, roundCalled }: RoundKeyParts): void {
  const { words } = context;
  offerAsPerson(group.command('custody <round>'), context)
    .description(words({ en: 'keep the key that opens its sums', zh: '保管解密密钥' }))
    .requiredOption('--reason <text>', words({ en: 'for whoever approves, and the transcript', zh: '理由（记入记录）' }))
    .option(
      '--shares <n>',
      words({ en: 'split it into so many shares, one for a person each', zh: '将密钥拆分为若干份额，每人一份' }),
      wholeNumber(2, sharesMax),
    )
    .option(
      '--needed <m>',
      words({ en: 'so many of them open it after a start of this node', zh: '本节点启动后须提供的份额数' }),
      wholeNumber(2, sharesMax),
    )
    .addHelpText(
      'after',
      exampleOf(context, 'holdfast round custody 5f0c2a9b --shares 3 --needed 2 --reason "annex 4" --as li.hua'),
    )
    .action((called: string, { reason, shares, needed, ...person }: Custody) => {
      if ((shares === undefined) !== (needed === undefined) || (needed ?? 0) > (shares ?? 0))
        throw new Fault('bad_request', '--shares N --needed M, M up to N');
      return withPerson(context, person, async (api) => {
        const { round } = await roundCalled(api, called);
        const payload = { round, ...(shares !== undefined && { shares, needed }) };
        await proposeAndTell(context, api, { kind: 'round.custody', payload, reason });
      });
    });
}

function share({ context, group, roundCalled }: RoundKeyParts): void {
  const { words, print } = context;
  offerAsPerson(group.command('share <round>'), context)
    .description(words({ en: 'fetch your share of its key, shown this once', zh: '领取密钥份额（仅显示一次）' }))
    .option('--out <file>', words({ en: 'else on the screen', zh: '输出文件（否则显示在屏幕上）' }))
    .addHelpText('after', exampleOf(context, 'holdfast round share 5f0c2a9b --out share.txt --as li.hua'))
    .action((called: string, { out, ...person }: AsPerson & { out?: string }) =>
      withPerson(context, person, async (api) => {
        const { round } = await roundCalled(api, called);
        // Before it is fetched: a share that cannot be written down would be lost.
        if (out !== undefined) writeOut(context, out, '');
        const handed = await api.call<Handed>('POST', `/api/rounds/${round}/share`);
        const { number, of, needed } = handed;
        const file = out === undefined ? undefined : writeOut(context, out, `${handed.share}\n`);
        context.answer(file === undefined ? handed : { number, of, needed, file }, () => {
          print(
            words({
              en: `Share ${number} of ${of}; any ${needed} open the key. It is not shown again:`,
              zh: `第 ${number} 份，共 ${of} 份；任意 ${needed} 份可打开密钥。不再显示：`,
            }),
          );
          print(`  ${file ?? handed.share}`);
        });
      }),
    );
}

function unlock({ context, group, roundCalled, tell }: RoundKeyParts): void {
  const { words } = context;
  offerAsPerson(group.command('unlock <round>'), context)
    .description(words({ en: 'give shares of its key, after this node was started', zh: '节点启动后提供密钥份额' }))
    .requiredOption('--share <file...>', words({ en: 'files with a share each', zh: '份额文件（每个文件一份）' }))
    .addHelpText('after', exampleOf(context, 'holdfast round unlock 5f0c2a9b --share share.txt --as li.hua'))
    .action((called: string, { share: files, ...person }: AsPerson & { share: string[] }) => {
      const shares = files.map((file) => readBytes(context, file, shareLimitBytes).toString('utf8').trim());
      return withPerson(context, person, async (api) => {
        const { round } = await roundCalled(api, called);
        tell(await api.call<RoundShown>('POST', `/api/rounds/${round}/unlock`, { body: { shares } }));
      });
    });
}
