// The process: reads the command line and starts what it names. A command's code is loaded only when it is the one that runs, so
// that asking a running node something does not load the node.

// These stand first: what warns, and what would tell its makers what it does, is loaded below them.
import './core/silent.ts';
import './quiet.ts';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { type CliContext, createContext, type GlobalOptions } from './cli/context.ts';
import { exitCodes, reportFailure, reportUsage } from './cli/faults.ts';
import { type Io, processIo } from './cli/io.ts';
import type { Words } from './core/errors.ts';

export type CommandEntry = {
  readonly name: string;
  readonly about: Words;
  load(): Promise<{ command(context: CliContext): Command }>;
};

const entry = (name: string, en: string, zh: string, load: CommandEntry['load']): CommandEntry => ({
  name,
  about: { en, zh },
  load,
});

/** In the order in which one meets them. Each lives in cli/NAME.ts and exports `command`. */
export const commands: readonly CommandEntry[] = [
  entry(
    'start',
    'everything for trying it out: make a node, load the sample, serve',
    '试用：创建节点、加载示例并启动服务',
    () => import('./cli/start.ts'),
  ),
  entry(
    'preflight',
    'whether this machine can carry a node; changes nothing',
    '安装前检查本机是否满足运行条件（不做任何改动）',
    () => import('./cli/preflight.ts'),
  ),
  entry(
    'setup',
    'from an installed program to a node that answers over HTTPS',
    '安装后的引导设置：直至节点通过 HTTPS 应答',
    () => import('./cli/setup.ts'),
  ),
  entry('init', 'make a node in a data folder', '在数据目录中创建节点', () => import('./cli/init.ts')),
  entry('serve', 'run the node', '运行节点', () => import('./cli/serve.ts')),
  entry(
    'upgrade',
    'bring the data of a stopped node up to date with this program',
    '将已停止节点的数据升级到本程序版本',
    () => import('./cli/upgrade.ts'),
  ),
  entry(
    'unseal',
    'open a sealed node by passphrase or recovery shares',
    '用口令或恢复份额解封节点',
    () => import('./cli/unseal.ts'),
  ),
  entry('seal', 'close an open node until it is unsealed again', '封存节点，直至再次解封', () => import('./cli/seal.ts')),
  entry(
    'source',
    'the systems that send events, and their write keys',
    '管理上报数据的来源及其写入密钥',
    () => import('./cli/source.ts'),
  ),
  entry('import', 'take in files: CSV, JSON, access logs', '导入文件：CSV、JSON、访问日志', () => import('./cli/import.ts')),
  entry('resolve', 'find who is who in files alone', '仅对文件做身份识别', () => import('./cli/resolve.ts')),
  entry(
    'train',
    'train a model: a question about customers, or a CSV file',
    '训练模型：客户问题或 CSV 文件',
    () => import('./cli/train.ts'),
  ),
  entry(
    'model',
    'versions of models, which of them serves, and their scores',
    '模型版本、启用与评分',
    () => import('./cli/model.ts'),
  ),
  entry('job', 'background work: see it, cancel it, retry it', '后台任务：查看、终止、重试', () => import('./cli/job.ts')),
  entry('segment', 'segments: rules, who is in them and why', '人群：规则、成员与原因', () => import('./cli/segment.ts')),
  entry(
    'columns',
    'look at customers or a CSV file as columns',
    '查看客户特征或 CSV 文件的各列',
    () => import('./cli/columns.ts'),
  ),
  entry(
    'rfm',
    'score customers of a file: how recent, how often, how much',
    '按最近、频次、金额为文件中的客户评分',
    () => import('./cli/rfm.ts'),
  ),
  entry('clusters', 'find groups of alike customers in a file', '在文件中发现相似客户群', () => import('./cli/clusters.ts')),
  entry('drift', 'whether a model still fits what it is used on', '检查模型是否仍适用于当前数据', () => import('./cli/drift.ts')),
  entry(
    'next-purchase',
    'when each customer will buy next',
    '预测每位客户的下次购买时间',
    () => import('./cli/next-purchase.ts'),
  ),
  entry(
    'lifetime',
    'what customers of a file will buy, and their value',
    '预测文件中客户的购买与终身价值',
    () => import('./cli/lifetime.ts'),
  ),
  entry(
    'quarantine',
    'events that broke a rule: fix, replay or discard them',
    '处理违反规则的事件：修正、重放或丢弃',
    () => import('./cli/quarantine.ts'),
  ),
  entry(
    'catalogue',
    'every field that sources send: class, owner, lineage',
    '数据目录：各来源的字段、类别、负责人与血缘',
    () => import('./cli/catalogue.ts'),
  ),
  entry(
    'quality',
    'rules for the data of a source, scores, what broke a rule',
    '数据质量：规则、评分、历史与违规事件',
    () => import('./cli/quality.ts'),
  ),
  entry('profile', 'show who somebody is and what they did', '查看客户是谁、做过什么', () => import('./cli/profile.ts')),
  entry(
    'consent',
    'what somebody agreed to, what may be done and why, receipts',
    '查看与登记同意，可否使用及理由，回执',
    () => import('./cli/consent.ts'),
  ),
  entry('erasure', 'erase somebody for good, and check receipts', '永久删除某人，验证回执', () => import('./cli/erasure.ts')),
  entry(
    'subject',
    'requests of customers, their deadlines, and packages of their data',
    '客户权利请求、答复期限与数据副本',
    () => import('./cli/subject.ts'),
  ),
  entry('retention', 'what is kept how long', '保存期限规则', () => import('./cli/retention.ts')),
  entry('register', 'the register of processing', '个人信息处理活动记录', () => import('./cli/register.ts')),
  entry('assessment', 'impact assessments', '影响评估', () => import('./cli/assessment.ts')),
  entry(
    'identity',
    'decide on uncertain matches, merge and unmerge',
    '处理存疑匹配，合并与拆分',
    () => import('./cli/identity.ts'),
  ),
  entry(
    'keys',
    'change the passphrase, make shares, rotate keys',
    '更换口令、生成恢复份额、轮换密钥',
    () => import('./cli/keys.ts'),
  ),
  entry('api-key', 'keys for programs: make, list, rotate, revoke', '管理程序使用的 API 密钥', () => import('./cli/api-key.ts')),
  entry(
    'backup',
    'copies of the node elsewhere: make, list, verify, prune',
    '备份：立即备份、查看、校验、清理',
    () => import('./cli/backup.ts'),
  ),
  entry('restore', 'bring a backup back, or try that out', '从备份恢复，或演练恢复', () => import('./cli/restore.ts')),
  entry(
    'people',
    'who uses the node: invite, roles, one-time links',
    '管理使用人员：邀请、角色、一次性链接',
    () => import('./cli/people.ts'),
  ),
  entry(
    'audit',
    'who did what, and proof that the log of it is whole',
    '查看谁做了什么，并验证审计日志完整',
    () => import('./cli/audit.ts'),
  ),
  entry(
    'access-review',
    'unusual access to customers: look at it and close it',
    '查看并判定对客户资料的异常访问',
    () => import('./cli/access-review.ts'),
  ),
  entry(
    'alarms',
    'what somebody must know of now: see it, acknowledge it, watch',
    '需要立即知悉的告警：查看、确认、实时关注',
    () => import('./cli/alarms.ts'),
  ),
  entry('policy', 'who may what, and changing it by two people', '查看权限，双人更改策略', () => import('./cli/policy.ts')),
  entry(
    'approvals',
    'acts that one proposes and another approves',
    '双人审批：查看、批准、驳回',
    () => import('./cli/approvals.ts'),
  ),
  entry(
    'break-glass',
    'who saw customers in the clear for a while, and the review of it',
    '紧急访问及其复核',
    () => import('./cli/break-glass.ts'),
  ),
  entry(
    'federation',
    'organisations that work together: found, invite, admit, verify',
    '机构联盟：创建、邀请、接纳成员，验证会话记录',
    () => import('./cli/federation.ts'),
  ),
  entry(
    'match',
    'customers shared with another organisation: ask, answer, result',
    '与其他机构匹配共有客户：提议、应答、结果',
    () => import('./cli/match.ts'),
  ),
  entry(
    'round',
    'models trained with other organisations: draft, propose, take part, vote',
    '与其他机构联合训练模型：试运行、提议、参与、投票',
    () => import('./cli/round.ts'),
  ),
  entry(
    'coordinate',
    'be the coordinator of a federation: relay messages, open none',
    '担任联盟协调方：转发消息，不拆阅',
    () => import('./cli/coordinate.ts'),
  ),
  entry(
    'console',
    'let a desktop console know this node: its enrolment code',
    '桌面控制台：本节点的登记码',
    () => import('./cli/console.ts'),
  ),
  entry('sample', 'load the sample organisation', '加载示例机构', () => import('./cli/sample.ts')),
  entry(
    'config',
    'whether the configuration is right, and what each setting means',
    '检查配置，说明各设置',
    () => import('./cli/config.ts'),
  ),
  entry('doctor', 'look for what is wrong with a node', '检查节点是否有问题', () => import('./cli/doctor.ts')),
  entry(
    'support',
    'a bundle for who helps you, without personal data',
    '生成支持包（不含个人数据）',
    () => import('./cli/support.ts'),
  ),
];

const compileCacheFolder = join(import.meta.dirname, '..', 'node_modules', '.cache', 'holdfast');

/** Runs one command line and returns its exit code. Never throws, never ends the process. */
export async function main(argv: readonly string[], io: Io = processIo(), table = commands): Promise<number> {
  // Halves the time to load a command. In our own folder: a cache that other users could write to would be a way in.
  enableCompileCache(compileCacheFolder);
  const { options, words: typed } = readGlobals(argv);
  const context = createContext(io, options);
  let failing: Command | undefined;
  try {
    const program = await build(table, typed[0] === 'help' ? typed[1] : typed[0], context);
    eachCommand(program, (command) => {
      dress(command, context);
      command.exitOverride((error) => {
        failing = command;
        throw error;
      });
    });
    await program.parseAsync(argv, { from: 'user' });
    return exitCodes.ok;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return reportFailure(thrown, context);
    if (thrown.exitCode === 0) return exitCodes.ok;
    if (thrown.code === 'commander.help') return exitCodes.usage;
    return reportUsage(thrown, pathOf(failing), context);
  }
}

/** The options of every command and the words typed, read ahead of the rest: the language must be known before any help is built. */
function readGlobals(argv: readonly string[]): { options: GlobalOptions; words: string[] } {
  const probe = withGlobals(new Command(), (words) => words.en).exitOverride();
  probe.configureOutput({ outputError: () => {} });
  let words: string[] = [];
  try {
    words = probe.parseOptions([...argv]).operands;
  } catch {
    // A flag without its value is told by the real parse, in the language known so far.
  }
  return { options: probe.opts<GlobalOptions>(), words };
}

function withGlobals(command: Command, words: (words: Words) => string): Command {
  return command
    .option(
      '--data <dir>',
      words({
        en: 'the data folder (else HOLDFAST_HOME, else .holdfast here)',
        zh: '数据目录（默认取 HOLDFAST_HOME，否则为当前目录下的 .holdfast）',
      }),
    )
    .option('--json', words({ en: 'answer with JSON, for programs', zh: '以 JSON 输出，供程序使用' }))
    .option('--lang <code>', words({ en: 'zh or en (else as the locale says)', zh: 'zh 或 en（默认取自系统语言）' }));
}

async function build(table: readonly CommandEntry[], wanted: string | undefined, context: CliContext): Promise<Command> {
  const { words } = context;
  const program = withGlobals(new Command('holdfast'), words)
    .description(words({ en: 'One sealed node that knows its customers.', zh: '一个加密封存、认识客户的节点。' }))
    .version(manifest.version, '-V, --version', words({ en: 'print the version', zh: '显示版本' }))
    .helpCommand('help [command]', words({ en: 'explain a command', zh: '显示命令说明' }));
  for (const entry of table) {
    const command = entry.name === wanted ? (await entry.load()).command(context) : new Command(entry.name);
    const about = words(entry.about);
    program.addCommand(
      command
        .name(entry.name)
        .summary(about)
        .description(command.description() || about),
    );
  }
  program.addHelpText('after', words({ en: closing.en, zh: closing.zh }));
  return program;
}

const closing: Words = {
  en: `
Examples:
  $ holdfast --help
  $ holdfast help COMMAND

The passphrase is asked for, or read from the file that HOLDFAST_PASSPHRASE_FILE names.
Exit codes: 0 done, 1 a fault with its code (docs/errors.md), 2 wrong usage, 3 a defect, 130 interrupted.`,
  zh: `
示例：
  $ holdfast --help
  $ holdfast help 命令

口令在终端询问，或取自 HOLDFAST_PASSPHRASE_FILE 指定的文件。
退出码：0 完成，1 故障（附代码，见 docs/errors.md），2 用法错误，3 程序缺陷，130 被中断。`,
};

function eachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) eachCommand(child, visit);
}

const titlesInChinese: { readonly [title: string]: string } = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Global Options:': '通用选项：',
  'Commands:': '命令：',
};

/** The same manners for every command: help in the person's language, output through the context. */
function dress(command: Command, { io, language, words }: CliContext): void {
  command
    .helpOption('-h, --help', words({ en: 'explain this command', zh: '显示帮助' }))
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => (language === 'zh' ? (titlesInChinese[title] ?? title) : title),
    })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    });
}

/** `holdfast identity merge`, for the hint where to read on. */
function pathOf(command: Command | undefined): string {
  const names: string[] = [];
  for (let at: Command | null | undefined = command; at; at = at.parent) names.unshift(at.name());
  return names.join(' ') || 'holdfast';
}

/** The command line of this process, whichever file it was started by. */
export async function runProcess(): Promise<void> {
  // A reader that has seen enough (`| head`) is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.ok);
    throw error;
  });
  process.exitCode = await main(process.argv.slice(2));
}

if (import.meta.main) await runProcess();
