// `holdfast setup`: from an installed program to a node that answers over HTTPS. Asks the few questions or reads them from a file, and goes on where an
// earlier run was cut short.

import { Command } from 'commander';
import type { Words } from '../core/errors.ts';
import { Fault } from '../core/errors.ts';
import { systemPorts } from '../core/ports.ts';
import { ownFiles, ownFolder } from '../core/tls/tls.ts';
import { type Serving, serve } from '../lifecycle.ts';
import { apiOf, isRunning } from './connect.ts';
import type { CliContext } from './context.ts';
import { EndsWith, reportFailure } from './faults.ts';
import { doctorExit, printFinding } from './findings.ts';
import { connectNode } from './http-client.ts';
import { lookBefore } from './preflight.ts';
import { listenForStop, untilStopped } from './serve.ts';
import { askAnswers, readAnswers, type SetupAnswers } from './setup-answers.ts';
import {
  askOnce,
  backUpAndTry,
  configFor,
  type Invitation,
  invite,
  keepKeys,
  keepState,
  orderCertificate,
  readState,
  type SetupState,
  writeConfig,
} from './setup-steps.ts';

type Options = { answers?: string; ignorePreflight?: true; serve?: true };
type BackupOutcome = 'none' | 'done' | 'failed';

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('setup')
    .option(
      '--answers <file>',
      words({ en: 'take the answers from this file (JSON) instead of asking', zh: '从该文件（JSON）读取答案，不再询问' }),
    )
    .option('--ignore-preflight', words({ en: 'go on although preflight found errors', zh: '安装前检查有错误时仍继续' }))
    .option('--serve', words({ en: 'go on serving at the end', zh: '完成后继续提供服务' }))
    .addHelpText('after', words(help))
    .action((options: Options) => run(context, options));
}

const example =
  '{"name": "cdp.example.com", "port": 7700, "tls": "own", "unseal": "shares", "shares": {"k": 3, "n": 5},\n   "administrators": [{"login": "li.hua", "name": "Li Hua", "language": "zh"}], "backup": "/mnt/backup"}';
const help: Words = {
  en: `\nAnswers:\n  ${example}\n  tls: "own", "proxy", {"certificate": "...", "key": "..."} or {"acme": {"directory": "https://..."}}; unseal: "shares", "credential" or "file"; address, store: as in holdfast.json\n\nIt may be run again at any time: it finishes what is missing and makes no second key.\n\nExamples:\n  $ holdfast setup\n  $ HOLDFAST_PASSPHRASE_FILE=secret holdfast setup --answers answers.json`,
  zh: `\n答案文件：\n  ${example}\n  tls 可为 "own"、"proxy"、{"certificate": "...", "key": "..."} 或 {"acme": {"directory": "https://..."}}；unseal 可为 "shares"、"credential" 或 "file"；address、store 同 holdfast.json\n\n可随时重复执行：只补齐未完成的步骤，不会生成第二套密钥。\n\n示例：\n  $ holdfast setup\n  $ HOLDFAST_PASSPHRASE_FILE=secret holdfast setup --answers answers.json`,
};

async function run(context: CliContext, options: Options): Promise<void> {
  const folder = context.dataFolder;
  const answers = options.answers === undefined ? await askAnswers(context) : readAnswers(context, options.answers);
  if (options.serve) listenForStop(context);
  const { raw, config } = configFor(context, answers);
  await beforehand(context, config, answers, options);
  step(context, { en: 'Configuration', zh: '写入配置' });
  writeConfig(folder, raw);
  step(context, { en: 'Keys', zh: '生成密钥' });
  const state = readState(folder);
  const keys = await keepKeys(context, answers, state);
  if (keys.shares) {
    showShares(context, answers, keys.shares, keys.made);
    // For a program they stand in the answer at the end, and were shown when that is out.
    if (!context.json) keepState(folder, Object.assign(state, { sharesShown: true }));
  }
  step(context, { en: 'Node', zh: '启动节点' });
  const isServed = await isRunning(context);
  if (isServed)
    context.note({
      en: 'A node runs here already: what changed in the configuration holds from its next start.',
      zh: '节点已在运行：配置的改动在其下次启动后生效。',
    });
  const serving = isServed ? undefined : await serve({ folder, ports: systemPorts, secret: { passphrase: keys.passphrase } });
  try {
    const invitations = await inviteAll(context, answers, state, config.publicUrl ?? serving?.url ?? '');
    step(context, { en: 'First answer over HTTPS', zh: '通过 HTTPS 验证应答' });
    const url = await askOnce(folder);
    checkCertificateName(serving, answers);
    const isCertified = await waitForCertificate(context, answers, serving);
    const backup = await tryBackup(context, keys.passphrase, answers, state);
    context.answer(
      { folder, url, publicUrl: config.publicUrl, ...(keys.shares && { shares: keys.shares }), invitations, backup },
      () => conclude(context, answers, url, backup),
    );
    if (context.json) {
      const linksShown = [...(state.linksShown ?? []), ...invitations.map(({ login }) => login)];
      keepState(folder, Object.assign(state, { linksShown }, keys.shares && { sharesShown: true }));
    }
    if (options.serve && serving) await untilStopped(context, serving);
    else await serving?.stop();
    if (backup === 'failed' || !isCertified) throw new EndsWith(doctorExit.warnings);
  } catch (error) {
    if (!(error instanceof EndsWith)) await serving?.stop();
    throw error;
  }
}

const step = (context: CliContext, words: Words) => context.note({ en: `- ${words.en}`, zh: `- ${words.zh}` });

async function beforehand(
  context: CliContext,
  config: Parameters<typeof lookBefore>[1],
  answers: SetupAnswers,
  options: Options,
): Promise<void> {
  step(context, { en: 'Preflight', zh: '安装前检查' });
  const findings = (await lookBefore(context, config, answers.name)).filter(({ severity }) => severity !== 'ok');
  for (const finding of findings) printFinding(finding, context.words, (line) => context.note({ en: line, zh: line }));
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (errors > 0 && !options.ignorePreflight)
    throw new EndsWith(doctorExit.errors, new Fault('unhealthy', `preflight: ${errors}; nothing was changed`));
}

/** On stdout at once: what comes after may fail, and they are not shown again. */
function showShares(context: CliContext, { shares }: SetupAnswers, list: readonly string[], made: boolean): void {
  if (context.json) return;
  const { k, n } = shares ?? { k: 3, n: 5 };
  if (!made)
    context.note({
      en: 'An earlier run was cut short: shares that it may have shown do not count any more.',
      zh: '上次执行被中断：此前可能显示过的份额已作废。',
    });
  context.print(
    context.words({
      en: `Recovery shares, any ${k} of ${n} open the node. Give them to different people; they are not shown again:`,
      zh: `恢复份额（${n} 份中任意 ${k} 份可解封），请分别交给不同的人，仅显示这一次：`,
    }),
  );
  for (const share of list) context.print(`  ${share}`);
}

async function inviteAll(context: CliContext, answers: SetupAnswers, state: SetupState, base: string): Promise<Invitation[]> {
  step(context, { en: 'Administrators', zh: '邀请管理员' });
  const api = apiOf(connectNode(context.dataFolder, context.language));
  const made: Invitation[] = [];
  for (const administrator of answers.administrators) {
    const invitation = await invite(api, administrator, state.linksShown ?? [], base);
    if (!invitation) continue;
    made.push(invitation);
    if (context.json) continue;
    const until = new Date(invitation.expiresAtMs).toISOString().slice(0, 16).replace('T', ' ');
    context.print(
      context.words({
        en: `One-time link of ${invitation.login}, good until ${until} UTC:\n  ${invitation.link}`,
        zh: `${invitation.login} 的一次性链接（${until} UTC 前有效）：\n  ${invitation.link}`,
      }),
    );
    state.linksShown = [...(state.linksShown ?? []), invitation.login];
    keepState(context.dataFolder, state);
  }
  return made;
}

/** @throws {Fault} `tls_unusable` for a certificate of somebody else */
function checkCertificateName(serving: Serving | undefined, { name }: SetupAnswers): void {
  const leaf = serving?.app.tls?.certificate.leaf;
  if (leaf && leaf.checkHost(name) === undefined && leaf.checkIP(name) === undefined)
    throw new Fault('tls_unusable', `the certificate is not for ${name}`);
}

/** One that does not come keeps nobody from using the rest: the node asks again by itself. */
async function waitForCertificate(context: CliContext, { tls }: SetupAnswers, serving: Serving | undefined): Promise<boolean> {
  if (typeof tls === 'string' || !('acme' in tls)) return true;
  step(context, { en: 'Certificate from the authority', zh: '向 CA 申请证书' });
  const fault = await orderCertificate(serving);
  if (fault) reportFailure(fault, context);
  return fault === undefined;
}

async function tryBackup(
  context: CliContext,
  passphrase: string,
  answers: SetupAnswers,
  state: SetupState,
): Promise<BackupOutcome> {
  if (answers.backup === undefined) return 'none';
  if (state.restoreTested) return 'done';
  step(context, { en: 'First backup and a test restore', zh: '首次备份与恢复演练' });
  try {
    await backUpAndTry(context, passphrase);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    reportFailure(error, context);
    return 'failed';
  }
  state.restoreTested = true;
  keepState(context.dataFolder, state);
  return 'done';
}

const backupWords: { readonly [outcome in BackupOutcome]: Words } = {
  none: { en: 'no target was given: nothing is backed up yet', zh: '未指定备份目标，尚无备份' },
  done: {
    en: 'made, and restored elsewhere as a test. Keep its key apart: holdfast backup key FILE',
    zh: '已完成，并通过恢复演练。请将其密钥另行保管：holdfast backup key 文件',
  },
  failed: { en: 'FAILED, see above; run "holdfast setup" again', zh: '失败（见上文），请再次执行 "holdfast setup"' },
};

function conclude(context: CliContext, answers: SetupAnswers, url: string, backup: BackupOutcome): void {
  const { words, dataFolder } = context;
  context.print(words({ en: `The node answered over ${url}.`, zh: `节点已在 ${url} 正常应答。` }));
  context.print(words({ en: `Backup: ${backupWords[backup].en}`, zh: `备份：${backupWords[backup].zh}` }));
  if (answers.tls === 'own')
    context.print(
      words({
        en: `Browsers have to trust its authority: give out ${dataFolder}/${ownFolder}/${ownFiles.authority}`,
        zh: `浏览器须信任其 CA，请分发 ${dataFolder}/${ownFolder}/${ownFiles.authority}`,
      }),
    );
  if ((answers.port ?? 7700) < 1024 && answers.tls !== 'proxy') context.print(words(lowPort(answers)));
  context.print(words(nextOf[answers.unseal]));
}

const lowPort = ({ address = '0.0.0.0', port }: SetupAnswers): Words => ({
  en: `A port below 1024 is held by systemd: systemctl edit holdfast.socket ("ListenStream=", "ListenStream=${address}:${port}"), then systemctl enable --now holdfast.socket`,
  zh: `1024 以下的端口须由 systemd 持有：systemctl edit holdfast.socket（写入 "ListenStream=" 与 "ListenStream=${address}:${port}"），再执行 systemctl enable --now holdfast.socket`,
});

const nextOf: { readonly [unseal in SetupAnswers['unseal']]: Words } = {
  shares: {
    en: 'Next: systemctl enable --now holdfast, then after each start: holdfast unseal',
    zh: '下一步：systemctl enable --now holdfast；每次启动后执行 holdfast unseal',
  },
  credential: {
    en: 'Next, as root: make the credential and its line in the unit (docs/installing.md, "The service"), then: systemctl enable --now holdfast',
    zh: '下一步（root）：按 docs/installing.md “The service” 一节创建凭据并写入服务单元，然后执行 systemctl enable --now holdfast',
  },
  file: {
    en: 'For trying out only: the passphrase lies beside the data. Next: HOLDFAST_PASSPHRASE_FILE=DATA/passphrase holdfast serve',
    zh: '仅供试用：口令与数据放在一起。下一步：HOLDFAST_PASSPHRASE_FILE=数据目录/passphrase holdfast serve',
  },
};
