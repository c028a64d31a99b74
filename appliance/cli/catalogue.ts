// `holdfast catalogue`: every field that sources send, what it is and whose, where a trait comes from and goes; and a person's word on
// a field.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { Fault, type Words } from '../core/errors.ts';
import { classWords, type DataClass, dataClasses, type FieldView, type Lineage } from '../oversee/governance/governance.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { jsonText } from './json-file.ts';
import { wholeNumber } from './numbers.ts';
import { sourceId } from './source.ts';
import { printable } from './table.ts';

type ListOptions = {
  source?: string;
  class?: DataClass;
  text?: string;
  personal?: true;
  unclassified?: true;
  rows: number;
  offset?: number;
};
type Listed = { fields: FieldView[]; total: number };
const id = wholeNumber(1, Number.MAX_SAFE_INTEGER);
const ids = (text: string, before: number[] = []): number[] => [...before, id(text)];

export function command(context: CliContext): Command {
  const { words } = context;
  const catalogue = new Command('catalogue').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast catalogue list --source crm --personal\n  $ holdfast catalogue list --unclassified\n  $ holdfast catalogue show 42\n  $ holdfast catalogue classify 42 --class phone --owner "CRM team"\n  $ holdfast catalogue lineage phone\n  $ holdfast catalogue export --out catalogue.json',
      zh: '\n示例：\n  $ holdfast catalogue list --source crm --personal\n  $ holdfast catalogue list --unclassified\n  $ holdfast catalogue show 42\n  $ holdfast catalogue classify 42 --class phone --owner "客户系统组"\n  $ holdfast catalogue lineage phone\n  $ holdfast catalogue export --out catalogue.json',
    }),
  );
  catalogue
    .command('list')
    .description(words({ en: 'fields, by source and event', zh: '按来源与事件列出字段' }))
    .option('--source <name>', words({ en: 'of this source', zh: '仅该数据源' }))
    .addOption(new Option('--class <class>', words({ en: 'of this class', zh: '仅该类别' })).choices([...dataClasses]))
    .option('--text <text>', words({ en: 'in the path or the event', zh: '路径或事件名包含' }))
    .option('--personal', words({ en: 'that tell of a person, or are not known yet', zh: '仅个人信息（含尚未识别）' }))
    .option('--unclassified', words({ en: 'on which nobody has said anything', zh: '仅未经人工分类' }))
    .option('--rows <number>', words({ en: 'how many to show', zh: '显示条数' }), wholeNumber(1, 500), 100)
    .option('--offset <number>', words({ en: 'go on after this many', zh: '跳过条数' }), wholeNumber(0, 1_000_000))
    .action((options: ListOptions) => withNode(context, (api) => list(context, api, options)));
  catalogue
    .command('show')
    .argument('<id>', words({ en: 'its number', zh: '编号' }), id)
    .description(words({ en: 'everything known of one field', zh: '查看一个字段的全部信息' }))
    .action((number: number) =>
      withNode(context, async (api) => show(context, await api.call<FieldView>('GET', `/api/catalogue/fields/${number}`))),
    );
  catalogue
    .command('classify')
    .argument('<ids...>', words({ en: 'their numbers', zh: '编号' }), ids)
    .description(
      words({ en: 'say what fields are; events held for them are recorded', zh: '人工分类字段；因此暂扣的事件随即入库' }),
    )
    .addOption(
      new Option('--class <class>', words({ en: 'what they hold', zh: '数据类别' }))
        .choices([...dataClasses])
        .makeOptionMandatory(),
    )
    .option('--owner <text>', words({ en: 'who answers for them', zh: '负责人（部门或角色）' }))
    .option('--description <text>', words({ en: 'what they mean', zh: '含义' }))
    .action((numbers: number[], options: { class: DataClass; owner?: string; description?: string }) =>
      withNode(context, async (api) => {
        const fields: FieldView[] = [];
        for (const number of numbers)
          fields.push(await api.call<FieldView>('POST', `/api/catalogue/fields/${number}`, { body: { ...options } }));
        context.answer({ fields }, () => printFields(context, fields));
      }),
    );
  catalogue
    .command('forget')
    .argument('<id>', words({ en: 'its number', zh: '编号' }), id)
    .description(words({ en: 'forget a field until it is sent again', zh: '移除字段（再次出现时重新登记）' }))
    .action((number: number) =>
      withNode(context, async (api) => {
        const answer = await api.call<{ forgotten: number }>('DELETE', `/api/catalogue/fields/${number}`);
        context.answer(answer, () =>
          context.print(words({ en: `${answer.forgotten} forgotten`, zh: `已移除 ${answer.forgotten} 个` })),
        );
      }),
    );
  catalogue
    .command('lineage <trait>')
    .description(words({ en: 'where a trait comes from, and what it is used for', zh: '特征的来源与用途（血缘）' }))
    .action((trait: string) =>
      withNode(context, async (api) =>
        printLineage(context, await api.call<Lineage>('GET', `/api/catalogue/lineage/${encodeURIComponent(trait)}`)),
      ),
    );
  catalogue
    .command('export')
    .description(words({ en: 'the whole catalogue as one JSON document', zh: '将整个目录导出为 JSON' }))
    .option('--out <file>', words({ en: 'write it into this file', zh: '写入此文件' }))
    .action((options: { out?: string }) => withNode(context, (api) => exportAll(context, api, options.out)));
  return catalogue;
}

async function list(context: CliContext, api: Api, options: ListOptions): Promise<void> {
  const source = options.source === undefined ? undefined : await sourceId(api.call, options.source);
  const { class: dataClass, text, personal, unclassified, rows, offset } = options;
  const query = { source, class: dataClass, text, personal, unclassified, limit: rows, offset };
  const page = await api.call<Listed>('GET', '/api/catalogue', { query });
  context.answer(page, () => {
    printFields(context, page.fields);
    const shown = (offset ?? 0) + page.fields.length;
    if (shown < page.total)
      context.note({
        en: `${shown} of ${page.total}; more: --offset ${shown}`,
        zh: `已显示 ${shown}/${page.total}；更多：--offset ${shown}`,
      });
  });
}

const classText = (context: CliContext, { class: dataClass, classBy, classShare }: FieldView): string => {
  if (dataClass === undefined) return context.words({ en: 'not known yet', zh: '尚未识别' });
  const name = context.words(classWords[dataClass]);
  if (classBy === 'person') return `${name} ✓`;
  return classBy === 'name' ? `${name} ?` : `${name} ${percent(classShare)}`;
};
const percent = (share: number): string => `${(share * 100).toFixed(share > 0.995 && share < 1 ? 1 : 0)}%`;
const time = (ms: number | undefined): string =>
  ms === undefined ? '' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
const placeOf = ({ kind, event }: FieldView): string => event ?? kind;

function printFields(context: CliContext, fields: readonly FieldView[]): void {
  const { words } = context;
  context.printTable(
    [
      { title: words({ en: 'id', zh: '编号' }), align: 'right' },
      { title: words({ en: 'source', zh: '数据源' }) },
      { title: words({ en: 'in', zh: '事件' }) },
      { title: words({ en: 'field', zh: '字段' }) },
      { title: words({ en: 'type', zh: '类型' }) },
      { title: words({ en: 'class', zh: '类别' }) },
      { title: words({ en: 'full', zh: '完整率' }), align: 'right' },
      { title: words({ en: 'different', zh: '不同值' }), align: 'right' },
      { title: words({ en: 'owner', zh: '负责人' }) },
    ],
    fields.map((field) => [
      String(field.id),
      field.sourceName,
      placeOf(field),
      field.path,
      field.type,
      classText(context, field),
      percent(field.completeness),
      `${field.sampled < 1 ? '≥' : ''}${field.distinct}`,
      field.owner ?? '',
    ]),
  );
}

function show(context: CliContext, field: FieldView): void {
  const { words } = context;
  context.answer(field, () => {
    const line = (name: Words, value: string) => context.print(`${words(name)}  ${printable(value)}`);
    context.print(printable(`${field.sourceName} / ${placeOf(field)} / ${field.path}`));
    line({ en: 'class      ', zh: '类别  ' }, classText(context, field));
    line(
      { en: 'types      ', zh: '类型  ' },
      Object.entries(field.types)
        .map(([type, count]) => `${type} ${count}`)
        .join(', '),
    );
    line({ en: 'full       ', zh: '完整率' }, percent(field.completeness));
    line({ en: 'different  ', zh: '不同值' }, `${field.distinct} (±${percent(field.distinctError)})`);
    line({ en: 'looked at  ', zh: '取样  ' }, `${field.lookedAt} / ${field.seen} (${percent(field.sampled)})`);
    line({ en: 'first, last', zh: '首末次' }, `${time(field.firstSeenAtMs)} – ${time(field.lastSeenAtMs)}`);
    if (field.quantiles)
      line({ en: 'quantiles  ', zh: '分位数' }, field.quantiles.map(({ q, value }) => `${q * 100}%: ${value}`).join('  '));
    if (field.top)
      line({ en: 'common     ', zh: '常见值' }, field.top.map(({ value, share }) => `${value} ${percent(share)}`).join(', '));
    if (field.owner !== undefined) line({ en: 'owner      ', zh: '负责人' }, field.owner);
    if (field.description !== undefined) line({ en: 'means      ', zh: '含义  ' }, field.description);
  });
}

function printLineage(context: CliContext, lineage: Lineage): void {
  const { words } = context;
  context.answer(lineage, () => {
    const label = lineage.label ? ` (${words(lineage.label)})` : '';
    context.print(printable(`${lineage.trait}${label}`));
    const branch = (title: Words, lines: readonly string[], last = false) => {
      context.print(`${last ? '└' : '├'}─ ${words(title)}`);
      for (const [at, line] of lines.entries())
        context.print(printable(`${last ? ' ' : '│'}  ${at === lines.length - 1 ? '└' : '├'}─ ${line}`));
    };
    const none = words({ en: 'none', zh: '无' });
    const steps = lineage.steps.map(({ sourceName, field, event, how, rule, seen }) => {
      const as = rule?.as === undefined ? '' : ` → ${rule.as}`;
      const known =
        seen === undefined
          ? words({ en: 'never seen', zh: '从未出现' })
          : `${percent(seen.completeness)}${seen.class === undefined ? '' : `, ${words(classWords[seen.class])}`}`;
      return `${sourceName}: ${event === undefined ? '' : `${event} / `}${field}  [${words(howWords[how])}${as}]  ${known}`;
    });
    branch({ en: 'comes from', zh: '来源' }, steps.length > 0 ? steps : [none]);
    if (lineage.computedFrom) {
      const { event, property, operation } = lineage.computedFrom;
      branch({ en: 'computed', zh: '计算' }, [`${operation} ${event}${property === undefined ? '' : `.${property}`}`]);
    }
    if (lineage.golden)
      branch({ en: 'golden record', zh: '黄金记录' }, [
        `${lineage.golden.criteria.join(' > ')}${lineage.golden.sources ? `: ${lineage.golden.sources.join(' > ')}` : ''}`,
      ]);
    const uses = lineage.uses.map(
      ({ kind, name, purpose, note }) =>
        `${kind}: ${name}${purpose === undefined ? '' : ` (${purpose})`}${note ? ` – ${words(note)}` : ''}`,
    );
    branch({ en: 'used by', zh: '用途' }, uses.length > 0 ? uses : [none], true);
  });
}

const howWords: { readonly [how in Lineage['steps'][number]['how']]: Words } = {
  dictionary: { en: 'dictionary', zh: '字典规则' },
  alias: { en: 'by another name', zh: '别名' },
  standard: { en: 'standard trait', zh: '标准特征' },
  as_sent: { en: 'as sent', zh: '原样' },
};

async function exportAll(context: CliContext, api: Api, file: string | undefined): Promise<void> {
  const fields: FieldView[] = [];
  for (;;) {
    const page = await api.call<Listed>('GET', '/api/catalogue', { query: { limit: 500, offset: fields.length } });
    fields.push(...page.fields);
    if (page.fields.length === 0 || fields.length >= page.total) break;
  }
  const { streams } = await api.call<{ streams: object[] }>('GET', '/api/catalogue/streams');
  const document = { fields, streams };
  if (file === undefined) {
    context.print(context.json ? JSON.stringify(document) : jsonText(document));
    return;
  }
  try {
    writeFileSync(resolve(context.io.cwd, file), `${jsonText(document)}\n`, { mode: 0o600 });
  } catch (error) {
    throw new Fault('unreadable_file', file, { cause: error });
  }
  context.answer({ file, fields: fields.length }, () =>
    context.note({ en: `${fields.length} fields written to ${file}`, zh: `已将 ${fields.length} 个字段写入 ${file}` }),
  );
}
