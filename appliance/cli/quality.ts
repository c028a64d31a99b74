// `holdfast quality`: how good the data of a source are, by which rules, how that went over the hours, and what broke a rule.

import { Command } from 'commander';
import type { Words } from '../core/errors.ts';
import type { Alarm, HourView, OffenderView, QualityRule, Score, StoredRules } from '../oversee/governance/governance.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { jsonText, readJsonFile } from './json-file.ts';
import { wholeNumber } from './numbers.ts';
import { sourceId } from './source.ts';

type Rules = StoredRules & { holding: QualityRule[] };

export function command(context: CliContext): Command {
  const { words } = context;
  const quality = new Command('quality').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast quality score crm\n  $ holdfast quality rules crm > rules.json\n  $ holdfast quality rules crm --set rules.json\n  $ holdfast quality history crm --hours 24\n  $ holdfast quality offenders crm valid.traits.phone\n  $ holdfast quality alarms',
      zh: '\n示例：\n  $ holdfast quality score crm\n  $ holdfast quality rules crm > rules.json\n  $ holdfast quality rules crm --set rules.json\n  $ holdfast quality history crm --hours 24\n  $ holdfast quality offenders crm valid.traits.phone\n  $ holdfast quality alarms',
    }),
  );
  const of = async (api: Api, name: string) => `/api/quality/sources/${await sourceId(api.call, name)}`;
  quality
    .command('score <source>')
    .description(words({ en: 'this hour and the last, rule by rule', zh: '本小时与上一小时的评分' }))
    .action((name: string) =>
      withNode(context, async (api) => printScore(context, await api.call<Score>('GET', await of(api, name)))),
    );
  quality
    .command('rules <source>')
    .description(words({ en: 'the rules as JSON, or other ones in their place', zh: '查看或替换规则（JSON）' }))
    .option('--set <file>', words({ en: 'hold from now on', zh: '以此文件替换，即刻生效' }))
    .option('--at <version>', words({ en: 'an older version', zh: '查看历史版本' }), wholeNumber(1, 1_000_000))
    .option(
      '--holding',
      words({ en: 'all that hold, also those that follow from the dictionary', zh: '列出全部生效规则（含由字典推导者）' }),
    )
    .option('--versions', words({ en: 'the versions that are kept', zh: '列出历史版本' }))
    .action((name: string, options: RulesOptions) =>
      withNode(context, async (api) => rules(context, api, await of(api, name), options)),
    );
  quality
    .command('history <source>')
    .description(words({ en: 'hours that are over', zh: '历史评分（按小时）' }))
    .option('--hours <number>', words({ en: 'how many', zh: '小时数' }), wholeNumber(1, 2_160), 24)
    .action((name: string, options: { hours: number }) =>
      withNode(context, async (api) => {
        const query = { hours: options.hours };
        const page = await api.call<{ hours: HourView[] }>('GET', `${await of(api, name)}/history`, { query });
        context.answer(page, () => printHistory(context, page.hours));
      }),
    );
  quality
    .command('offenders <source> [rule]')
    .description(words({ en: 'what broke a rule: ids to open the events by', zh: '违反规则的事件编号' }))
    .option(
      '--at <time>',
      words({ en: 'in the hour of this time (ISO 8601); else in this one', zh: '指定时刻所在小时（ISO 8601），默认本小时' }),
    )
    .action((name: string, rule: string | undefined, options: { at?: string }) =>
      withNode(context, async (api) => {
        const query = { rule, at: options.at === undefined ? undefined : Date.parse(options.at) };
        const found = await api.call<{ hourMs: number; failed: number; offenders: OffenderView[] }>(
          'GET',
          `${await of(api, name)}/offenders`,
          { query },
        );
        context.answer(found, () => printOffenders(context, found));
      }),
    );
  quality
    .command('alarms')
    .description(words({ en: 'scores that fell', zh: '质量告警' }))
    .action(() =>
      withNode(context, async (api) => {
        const found = await api.call<{ alarms: Alarm[] }>('GET', '/api/quality/alarms');
        context.answer(found, () => printAlarms(context, found.alarms));
      }),
    );
  return quality;
}

type RulesOptions = { set?: string; at?: number; holding?: true; versions?: true };

async function rules(context: CliContext, api: Api, path: string, { set, at, holding, versions }: RulesOptions): Promise<void> {
  if (set !== undefined) {
    const stored = await api.call<Rules>('PUT', `${path}/rules`, { body: readJsonFile(context, set) });
    return context.answer(stored, () =>
      context.note({
        en: `version ${stored.version}; ${stored.holding.length} rules hold`,
        zh: `版本 ${stored.version}；共 ${stored.holding.length} 条规则生效`,
      }),
    );
  }
  if (versions) {
    const found = await api.call<{ versions: { version: number; savedAtMs: number; sizeBytes: number }[] }>(
      'GET',
      `${path}/rules/versions`,
    );
    return context.answer(found, () =>
      context.printTable(
        titles(context, { en: 'version,saved,bytes', zh: '版本,保存时间,字节' }),
        found.versions.map(({ version, savedAtMs, sizeBytes }) => [String(version), time(savedAtMs), String(sizeBytes)]),
      ),
    );
  }
  const stored = await api.call<Rules>('GET', `${path}/rules`, { query: { version: at } });
  context.answer(holding ? stored : stored.document, () => context.print(jsonText(holding ? stored.holding : stored.document)));
}

const percent = (score: number | undefined): string => (score === undefined ? '–' : `${(score * 100).toFixed(1)}%`);
const time = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

function titles({ words }: CliContext, names: Words): { title: string }[] {
  return words(names)
    .split(',')
    .map((title) => ({ title }));
}

function printScore(context: CliContext, score: Score): void {
  context.answer(score, () => {
    const { words } = context;
    context.print(
      words({
        en: `${score.sourceName}: ${percent(score.running?.score)} this hour, ${percent(score.last?.score)} the hour before`,
        zh: `${score.sourceName}：本小时 ${percent(score.running?.score)}，上一小时 ${percent(score.last?.score)}`,
      }),
    );
    context.printTable(
      titles(context, {
        en: 'rule,kind,field,checked,failed,score,last hour,at least',
        zh: '规则,维度,字段,已检查,未通过,评分,上一小时,阈值',
      }),
      score.rules.map((rule) => [
        rule.id,
        words(kindWords[rule.kind]),
        `${rule.event === undefined ? '' : `${rule.event} / `}${rule.field ?? ''}`,
        String(rule.checked),
        String(rule.failed),
        percent(rule.score),
        percent(rule.lastScore),
        percent(rule.threshold),
      ]),
    );
    if (score.alarms.length > 0) {
      context.print('');
      printAlarms(context, score.alarms);
    }
  });
}

const kindWords: { readonly [kind in QualityRule['kind']]: Words } = {
  completeness: { en: 'completeness', zh: '完整性' },
  validity: { en: 'validity', zh: '有效性' },
  uniqueness: { en: 'uniqueness', zh: '唯一性' },
  consistency: { en: 'consistency', zh: '一致性' },
  timeliness: { en: 'timeliness', zh: '及时性' },
};

function printHistory(context: CliContext, hours: readonly HourView[]): void {
  context.printTable(
    titles(context, {
      en: 'hour (UTC),score,completeness,validity,uniqueness,consistency,timeliness,events',
      zh: '小时 (UTC),评分,完整性,有效性,唯一性,一致性,及时性,事件数',
    }),
    hours.map(({ hourMs, score, kinds, events }) => [
      time(hourMs),
      percent(score),
      ...(Object.keys(kindWords) as (keyof typeof kindWords)[]).map((kind) => percent(kinds[kind])),
      String(events),
    ]),
  );
}

function printOffenders(context: CliContext, found: { hourMs: number; failed: number; offenders: OffenderView[] }): void {
  context.printTable(
    titles(context, { en: 'message,rule,when (UTC),person,quarantine,open', zh: '消息,规则,时间 (UTC),客户,隔离编号,查看' }),
    found.offenders.map(({ messageId, rule, atMs, person, quarantine, open }) => [
      messageId,
      rule,
      time(atMs),
      person ?? '',
      quarantine === undefined ? '' : String(quarantine),
      open ?? '',
    ]),
  );
  context.note({
    en: `${found.failed} failed in the hour of ${time(found.hourMs)}; at most 20 are named`,
    zh: `${time(found.hourMs)} 所在小时共 ${found.failed} 条未通过，至多列出 20 条`,
  });
}

function printAlarms(context: CliContext, alarms: readonly Alarm[]): void {
  const { words } = context;
  context.printTable(
    titles(context, {
      en: 'alarm,source,rule,why,score,expected,hour (UTC),ended',
      zh: '告警,数据源,规则,原因,评分,应达,小时 (UTC),结束',
    }),
    alarms.map(({ id, sourceName, rule, reason, score, expected, hourMs, endedAtMs }) => [
      String(id),
      sourceName,
      rule,
      words(reason === 'fell' ? { en: 'fell', zh: '骤降' } : { en: 'below threshold', zh: '低于阈值' }),
      percent(score),
      percent(expected),
      time(hourMs),
      endedAtMs === undefined ? '' : time(endedAtMs),
    ]),
  );
}
