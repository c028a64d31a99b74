// The files of a support bundle, made from what was gathered by letting through what is on the lists (allowed.ts) and nothing else.

import type { Words } from '../../../core/errors.ts';
import type { Explained } from '../../../core/settings/settings.ts';
import type { Finding } from '../../../core/store/store.ts';
import * as allowed from './allowed.ts';

export type BundleFile = { readonly name: string; readonly reason: Words; readonly content: unknown };

/** What could be had; each is absent where it could not, with the code of why. */
export type Gathered = {
  readonly madeAtMs: number;
  readonly program: {
    readonly version: string;
    readonly runtime: string;
    readonly platform: string;
    readonly packages: { readonly [name: string]: string };
    readonly migrations: { readonly newest: number; readonly count: number };
    /** Of the routes, as `/api/doctor`, by which a line of the log may be known. */
    readonly routes: readonly string[];
    /** The program's own figures: others are named by kinds of alarms. */
    readonly figures: readonly string[];
    /** Where the program lies: frames of a stack are told relative to it. */
    readonly root: string;
  };
  readonly system: { readonly [fact: string]: number | string };
  readonly node: 'open' | 'sealed' | 'stopped';
  readonly findings: readonly Finding[];
  readonly settings: readonly Explained[] | undefined;
  /** Mistakes of the configuration, by place alone. */
  readonly mistakes: readonly { readonly line?: number; readonly column?: number }[];
  readonly figures: readonly { readonly name: string; readonly points: readonly { atMs: number; value: number }[] }[] | undefined;
  readonly log: readonly { atMs: number; level: string; message: string; about: { [name: string]: unknown } }[] | undefined;
  /** Which of them are missing, and why. */
  readonly missing: { readonly [part: string]: string };
};

export function bundleFiles(gathered: Gathered): BundleFile[] {
  const { program, system, node, missing, madeAtMs } = gathered;
  const { packages, migrations, version, runtime, platform } = program;
  const unread = Object.entries(missing).map(([part, code]) => ({ part, code: codeOf(code) }));
  return [
    file('version.json', 'which program it is and whether it runs', '程序版本与运行状态', {
      version,
      runtime,
      platform,
      node,
      migrations,
      madeAtMs,
      missing: unread,
    }),
    file('packages.json', 'which libraries the program has', '程序所用的库及版本', packages),
    file('system.json', 'whether the machine is large enough', '机器资源是否充足', system),
    file('findings.json', 'what doctor found', '检查（doctor）结果', gathered.findings.map(toldFinding)),
    file(
      'configuration.json',
      'which settings are given; values of numbers and choices alone',
      '已给出的设置；仅含数字与选项的值',
      toldSettings(gathered),
    ),
    ...(gathered.figures
      ? [file('figures.json', 'how much there is, and how it grew', '数据规模及增长', toldFigures(gathered.figures, program))]
      : []),
    ...(gathered.log
      ? [
          file(
            'log.json',
            'what failed and where in the program: fields of the list alone',
            '出错位置；仅含许可清单内的字段',
            toldLog(gathered.log, program),
          ),
        ]
      : []),
  ];
}

/** First in the bundle: what is in it and why. */
export function manifestOf(files: readonly BundleFile[]): BundleFile {
  const content = files.map(({ name, reason }) => ({ name, reason }));
  return file('manifest.json', 'what is in this bundle and why', '本支持包的内容与理由', content);
}

const file = (name: string, en: string, zh: string, content: unknown): BundleFile => ({ name, reason: { en, zh }, content });

export const textOf = ({ content }: BundleFile): string => `${JSON.stringify(content, null, 2)}\n`;

function toldFinding({ severity, check, message }: Finding) {
  const name = allowed.checkName(check);
  return { severity, check: name, ...(allowed.isTelling(check) && name === check && { message: message.en }) };
}

function toldSettings({ settings, mistakes }: Gathered) {
  if (!settings) return { valid: false, mistakes: mistakes.map(({ line, column }) => ({ line, column })) };
  return {
    valid: true,
    settings: settings
      .filter(({ value, from }) => value !== undefined && from !== 'default')
      .map(({ setting, value, from, choices }) => ({ setting, from, ...toldValue(setting, value, choices) })),
  };
}

function toldValue(setting: string, value: unknown, choices: readonly unknown[] | undefined) {
  if (typeof value === 'number' || typeof value === 'boolean') return { value };
  if (choices?.includes(value) || allowed.isToldSetting(setting)) return { value };
  if (Array.isArray(value)) return { entries: value.length };
  return typeof value === 'object' && value !== null ? { entries: Object.keys(value).length } : {};
}

const toldFigures = (figures: NonNullable<Gathered['figures']>, program: Gathered['program']) =>
  figures
    .filter(({ name }) => program.figures.includes(name))
    .map(({ name, points }) => ({ name, points: points.map(({ atMs, value }) => [Number(atMs), Number(value)]) }));

function toldLog(lines: NonNullable<Gathered['log']>, { routes, root }: Gathered['program']) {
  const known = new Set(routes);
  return lines.map(({ atMs, level, message, about }) => {
    const request = (about.req ?? {}) as { method?: unknown; route?: unknown };
    const status = (about.res as { statusCode?: unknown } | undefined)?.statusCode ?? about.statusCode;
    const route = about.route ?? request.route;
    return {
      atMs: Number(atMs),
      ...(allowed.isLevel(level) && { level }),
      ...(allowed.isMessage(message) && { message }),
      ...(allowed.isCode(about.code) && { code: about.code }),
      ...(allowed.isPart(about.what) && { what: about.what }),
      ...(allowed.isMethod(request.method) && { method: request.method }),
      ...(typeof route === 'string' && known.has(route) && { route }),
      ...(Number.isInteger(status) && Number(status) >= 100 && Number(status) < 600 && { status }),
      ...(about.err !== undefined && { error: toldError(about.err, root) }),
    };
  });
}

type ErrorLike = { type?: unknown; code?: unknown; stack?: unknown; cause?: unknown };

function toldError(thrown: unknown, root: string, depth = 3): object {
  const { type, code, stack, cause } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as ErrorLike;
  return {
    ...(allowed.isErrorType(type) && { type }),
    ...(allowed.isCode(code) && { code }),
    ...(typeof stack === 'string' && { frames: framesOf(stack, root) }),
    ...(cause !== undefined && depth > 0 && { cause: toldError(cause, root, depth - 1) }),
  };
}

/** Files of the program and its libraries with lines; no name of a function, which may be made of a value, and no folder of the machine. */
function framesOf(stack: string, root: string): string[] {
  return stack.split('\n').flatMap((line) => {
    const [, path, place] = /(?:file:\/\/)?(\/[^\s()]+\.(?:ts|js|mjs|cjs)):(\d+:\d+)\)?$/.exec(line) ?? [];
    if (path === undefined || !path.startsWith(`${root}/`)) return [];
    const inside = path.slice(root.length + 1);
    return /^(appliance|crypto|federation|node_modules)\//.test(inside) ? [`${inside}:${place}`] : [];
  });
}

const codeOf = (code: string): string => (allowed.isCode(code) ? code : 'unknown');
