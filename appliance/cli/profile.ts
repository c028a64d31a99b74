// `holdfast profile`: one customer on one page, for people; the whole view as JSON for programs.

import { Command } from 'commander';
import { Fault } from '../core/errors.ts';
import type { ProfileView } from '../record/profiles/profiles.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';
import { printPeople, printProfile, type TimelineEntry } from './profile-page.ts';

type Options = { kind?: string; source?: string; timeline: number };

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('profile')
    .argument(
      '<identifier>',
      words({
        en: 'a phone, e-mail, customer id, card, name … or a profile id such as p42',
        zh: '手机、邮箱、客户编号、会员卡、姓名……或档案编号（如 p42）',
      }),
    )
    .option(
      '--kind <kind>',
      words({ en: 'only this kind of identifier: phone, email, user_id …', zh: '仅按此类标识查找：phone、email、user_id……' }),
    )
    .option('--source <name>', words({ en: 'for customer ids: of this source', zh: '客户编号所属的数据源' }))
    .option('--timeline <rows>', words({ en: 'latest events to show', zh: '显示最近事件数' }), wholeNumber(0, 200), 10)
    .addHelpText(
      'after',
      words({
        en: '\nExamples:\n  $ holdfast profile 13907312846\n  $ holdfast profile 王小明\n  $ holdfast profile C00000042 --source crm --timeline 50\n  $ holdfast profile p42 --json',
        zh: '\n示例：\n  $ holdfast profile 13907312846\n  $ holdfast profile 王小明\n  $ holdfast profile C00000042 --source crm --timeline 50\n  $ holdfast profile p42 --json',
      }),
    )
    .action((identifier: string, options: Options) => run(context, identifier, options));
}

async function run(context: CliContext, identifier: string, options: Options): Promise<void> {
  await withNode(context, async (api) => {
    const profiles = await find(api, identifier, options);
    if (profiles.length === 0)
      throw new Fault('not_found', context.words({ en: 'nobody has this identifier', zh: '无人拥有该标识' }));
    // A name or a shared phone leads to several: people choose from a list, programs get them all.
    const several = profiles.length > 1 && !context.json;
    const answers: { profile: ProfileView; timeline: readonly TimelineEntry[] }[] = [];
    for (const { timeline, ...profile } of several ? [] : profiles)
      answers.push({ profile, timeline: timeline?.events ?? (await latest(api, profile.id, options.timeline)) });
    context.answer({ profiles: answers.map(({ profile, timeline }) => ({ ...profile, timeline })) }, () => {
      for (const { profile, timeline } of answers) printProfile(context, profile, timeline);
      if (!several) return;
      printPeople(context, profiles);
      context.note({
        en: `${profiles.length} people answer to this. One of them: holdfast profile ${profiles[0]!.id}`,
        zh: `共有 ${profiles.length} 人符合。查看其中一人：holdfast profile ${profiles[0]!.id}`,
      });
    });
  });
}

async function latest(api: Api, id: string, rows: number): Promise<TimelineEntry[]> {
  if (rows === 0) return [];
  return (await api.call<{ events: TimelineEntry[] }>('GET', `/api/profiles/${id}/timeline`, { query: { limit: rows } })).events;
}

type Found = ProfileView & { timeline?: { events: readonly TimelineEntry[] } };

async function find(api: Api, identifier: string, options: Options): Promise<Found[]> {
  const query = options.timeline === 0 ? {} : { timeline: options.timeline };
  if (/^p\d+$/.test(identifier)) return [await api.call<Found>('GET', `/api/profiles/${identifier}`, { query })];
  const body = {
    identifier,
    ...(options.kind !== undefined && { kind: options.kind }),
    ...(options.source !== undefined && { source: options.source }),
  };
  return (await api.call<{ profiles: ProfileView[] }>('POST', '/api/profiles/search', { body })).profiles;
}
