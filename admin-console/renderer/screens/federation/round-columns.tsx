// Which columns this node can bring to a round over the same people, and of how many of them: counted here, and written as a file for whoever proposes.
// Also the fields and the reading of such a file, which a proposal shares.

import { useMutation } from '@tanstack/react-query';
import { Button, Card, Flex, Form, Input, Select } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { downloadJson } from '../../parts/download.ts';
import { Fault } from '../../parts/fault.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Forbidden, Nothing } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { PurposeAndReason } from './purpose-and-reason.tsx';
import { DryRunShown } from './row-source.tsx';
import { type Match, useMatches, useNamed } from './shared.ts';

const words = {
  title: { en: 'Name our columns', zh: '列出本方列名' },
  about: {
    en: 'For a round over columns of the same people, which the owner of the labels proposes. Only names go into the file.',
    zh: '用于由标签方提议的相同人员纵向训练；文件仅包含列名。',
  },
  none: { en: 'There is no match that told both sides whom they share', zh: '没有双方均得知结果的匹配' },
  noneNext: { en: 'Match first, so that both learn.', zh: '请先进行双方均得知结果的匹配。' },
  match: { en: 'Match that told both whom they share', zh: '双方均得知结果的匹配' },
  of: { en: '{name}, {day}', zh: '{name}，{day}' },
  needed: { en: 'Needed', zh: '必填' },
  day: { en: 'How things stood on that day', zh: '数据截止日' },
  dayAbout: { en: 'The same at all sides, such as 2026-08-01 (UTC)', zh: '各方须相同，如 2026-08-01（UTC）' },
  try: { en: 'Count', zh: '统计' },
  save: { en: 'Save columns.json', zh: '保存 columns.json' },
  columns: { en: 'Columns', zh: '列' },
} as const;

const readColumns = (ask: Ask) =>
  unwrap(
    api.POST('/api/rounds/draft/columns', {
      body: {
        matches: { [ask.partner]: ask.match },
        asOfMs: Date.parse(`${ask.day}T00:00:00Z`),
        purpose: ask.purpose,
        ...(ask.question && { question: ask.question }),
        source: rowsFromMatch,
      },
    }),
  );
export type Ask = {
  partner: string;
  match: string;
  day: string;
  purpose: string;
  question?: { name: string; horizonDays: number; activeDays: number };
};
type Drafted = Awaited<ReturnType<typeof readColumns>>;
export type Columns = Drafted['columns'];
export const draftColumns = (ask: Ask): Promise<Drafted> => readColumns(ask);
export const rowsFromMatch: { from: 'customers' } = { from: 'customers' };

/** A file as this screen writes it. */
export function parsedColumns(text: string): Columns | undefined {
  try {
    const value = JSON.parse(text) as Partial<Columns> | null;
    const known = value && Number.isInteger(value.asOfMs) && Array.isArray(value.features) && value.features.length > 0;
    return known && value.features!.every(({ name }) => typeof name === 'string') ? (value as Columns) : undefined;
  } catch {
    return undefined;
  }
}

const tellsBoth = ({ terms, outcome }: Match) =>
  outcome?.result === 'done' && terms.learns === 'both' && (terms.mode === 'ecdh' || terms.mode === 'salted-hash');

/** @param partner only those with it; all where nobody is chosen yet */
export function MatchChoice({ partner }: { partner?: string | undefined }) {
  const say = useSay();
  const named = useNamed();
  const formats = useFormats();
  const matches = useMatches();
  const found = (matches.data ?? []).filter((one) => tellsBoth(one) && (partner === undefined || one.partner.member === partner));
  return (
    <Form.Item name="match" label={say(words.match)} rules={[{ required: true, message: say(words.needed) }]}>
      <Select
        loading={matches.isPending}
        options={found.map(({ session, partner: { name }, createdAtMs }) => ({
          value: session,
          label: say(words.of, { name: named(name), day: formats.day(createdAtMs) }),
        }))}
      />
    </Form.Item>
  );
}

export function DayField() {
  const say = useSay();
  return (
    <Form.Item
      name="day"
      label={say(words.day)}
      extra={say(words.dayAbout)}
      rules={[{ required: true, pattern: /^\d{4}-\d\d-\d\d$/, message: say(words.dayAbout) }]}
    >
      <Input type="date" style={{ width: 180 }} />
    </Form.Item>
  );
}

type Fields = { match: string; day: string; purpose: string };

export default function NameColumns() {
  const say = useSay();
  const may = useMay();
  const matches = useMatches();
  const dry = useMutation({
    mutationFn: ({ match, day, purpose }: Fields) => {
      const { partner } = (matches.data ?? []).find(({ session }) => session === match)!;
      return readColumns({ partner: partner.member, match, day, purpose });
    },
  });
  if (!may('round.draft')) return <Forbidden />;
  return (
    <Page title={words.title} about={words.about}>
      <Answer of={matches}>
        {(all) =>
          all.some(tellsBoth) ? (
            <Flex vertical gap={space.medium} style={{ maxWidth: 720 }}>
              <Card size="small">
                <Form<Fields>
                  layout="vertical"
                  requiredMark={false}
                  onFinish={(given) => dry.mutate(given)}
                  onValuesChange={() => dry.reset()}
                >
                  <MatchChoice />
                  <DayField />
                  <PurposeAndReason reason={false} />
                  <Button type="primary" htmlType="submit" loading={dry.isPending}>
                    {say(words.try)}
                  </Button>
                </Form>
              </Card>
              <Fault error={dry.error} />
              {dry.data && <Counted of={dry.data} />}
            </Flex>
          ) : (
            <Nothing what={words.none} next={words.noneNext} />
          )
        }
      </Answer>
    </Page>
  );
}

function Counted({ of: { columns, dryRun } }: { of: Drafted }) {
  const say = useSay();
  return (
    <>
      <DryRunShown of={dryRun} />
      <Card
        size="small"
        title={say(words.columns)}
        extra={<Button onClick={() => downloadJson('columns.json', columns)}>{say(words.save)}</Button>}
      >
        <Text className="hf-break">{columns.features.map(({ name }) => name).join(say({ en: ', ', zh: '、' }))}</Text>
      </Card>
    </>
  );
}
