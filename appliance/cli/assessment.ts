// `holdfast assessment`: impact assessments (GDPR article 35, PIPL article 55), kept with what the node was set up to do when they were made.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { Fault } from '../core/errors.ts';
import { type Assessment, assessmentText, type Versioned } from '../oversee/subjects/subjects.ts';
import { withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';
import { dayOf } from './subject-words.ts';

type Listed = { id: number; madeAtMs: number; title: string; conclusion: string; keptUntilMs: number };

export function command(context: CliContext): Command {
  const { words } = context;
  const assessment = new Command('assessment').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast assessment new assessment.json\n  $ holdfast assessment list\n  $ holdfast assessment show 3\n\nThe file has title, purposes, necessity, risks (risk, likelihood, severity, measure) and conclusion; docs/subjects.md has one to begin with.',
      zh: '\n示例：\n  $ holdfast assessment new assessment.json\n  $ holdfast assessment list\n  $ holdfast assessment show 3\n\n文件包含 title、purposes、necessity、risks（risk、likelihood、severity、measure）与 conclusion；样例见 docs/subjects.md。',
    }),
  );
  assessment
    .command('new <file>')
    .description(words({ en: 'keep one, filled up from what the node does', zh: '登记评估，并由节点补全处理活动' }))
    .action((file: string) =>
      withNode(context, async (api) => {
        const made = await api.call<Versioned<Assessment>>('POST', '/api/assessments', { body: read(context, file) });
        context.answer(made, () => context.print(assessmentText(made, context.language)));
      }),
    );
  assessment
    .command('list')
    .description(words({ en: 'those that are kept, newest first', zh: '已保存的评估（最新在前）' }))
    .action(() =>
      withNode(context, async (api) => {
        const found = await api.call<{ assessments: Listed[] }>('GET', '/api/assessments');
        const titles = words({ en: 'number,made,title,conclusion,kept until', zh: '编号,日期,标题,结论,保存至' });
        context.answer(found, () =>
          context.printTable(
            titles.split(',').map((title) => ({ title })),
            found.assessments.map((one) => [
              String(one.id),
              dayOf(one.madeAtMs),
              one.title,
              one.conclusion,
              dayOf(one.keptUntilMs),
            ]),
          ),
        );
      }),
    );
  assessment
    .command('show')
    .argument('<number>', '', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .description(words({ en: 'one as a document', zh: '查看一份评估' }))
    .action((id: number) =>
      withNode(context, async (api) => {
        const found = await api.call<Versioned<Assessment>>('GET', `/api/assessments/${id}`);
        context.answer(found, () => context.print(assessmentText(found, context.language)));
      }),
    );
  return assessment;
}

function read(context: CliContext, file: string): unknown {
  try {
    return JSON.parse(readFileSync(resolve(context.io.cwd, file), 'utf8'));
  } catch (error) {
    throw new Fault('unreadable_file', file, { cause: error });
  }
}
