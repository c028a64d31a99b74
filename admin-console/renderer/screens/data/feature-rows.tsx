// Rows of features and orders, under pseudonyms that differ from purpose to purpose: page by page, columns as chosen, and as a file.

import { Button, DatePicker, Flex, Select } from 'antd';
import { useMemo, useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useInfiniteQuery } from '../../parts/ask.ts';
import { download } from '../../parts/download.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { csvOf } from './csv.ts';

const words = {
  about: {
    en: 'Pseudonyms in place of persons, years in place of birthdays. Each reading is in the audit log.',
    zh: '以假名代替个人，以年份代替生日；每次读取均记入审计日志。',
  },
  columns: { en: 'Columns', zh: '列' },
  at: { en: 'As known on', zh: '截至日期' },
  person: { en: 'Pseudonym', zh: '假名' },
  none: { en: 'Nobody may be used for this purpose', zh: '没有可用于此用途的客户' },
  noneNext: { en: 'Another purpose at the top may be allowed for more.', zh: '可在上方选择其他用途。' },
  more: { en: 'Show more', zh: '显示更多' },
  file: { en: 'Save as CSV', zh: '保存为 CSV' },
  shown: { en: '{count} shown', zh: '已显示 {count} 行' },
  day: { en: 'Day', zh: '日期' },
  amount: { en: 'Amount', zh: '金额' },
  noOrders: { en: 'No order may be shown for this purpose', zh: '此用途下没有可显示的订单' },
} as const;

const firstColumns = 8;

export function FeatureRows() {
  const say = useSay();
  const [at, setAt] = useState<string>();
  const [chosen, choose] = useState<readonly string[]>();
  const asked = useInfiniteQuery({
    queryKey: ['features', 'rows', at],
    initialPageParam: -1,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/features/rows', {
          params: { query: { after: pageParam, limit: 200, days: false, ...(at !== undefined && { at }) } },
          signal,
        }),
      ),
    getNextPageParam: ({ next }) => next,
    gcTime: 0,
  });
  return (
    <Flex vertical gap={space.medium}>
      <Flex gap={space.medium} wrap align="center">
        <DatePicker
          aria-label={say(words.at)}
          placeholder={say(words.at)}
          onChange={(day) => setAt(day ? day.endOf('day').toISOString() : undefined)}
        />
        <Text type="secondary">{say(words.about)}</Text>
      </Flex>
      <Answer of={asked}>
        {({ pages }) => {
          const columns = pages[0]?.columns ?? [];
          const shown = chosen ?? columns.slice(0, firstColumns);
          const rows = pages.flatMap((page) => page.rows);
          const table = [
            ['person', ...shown],
            ...rows.map(({ person, values }) => [person, ...shown.map((name) => values[columns.indexOf(name)] ?? null)]),
          ];
          return (
            <>
              <Flex gap={space.small} wrap align="center">
                <Select
                  mode="multiple"
                  aria-label={say(words.columns)}
                  placeholder={say(words.columns)}
                  value={[...shown]}
                  onChange={choose}
                  maxTagCount={3}
                  style={{ minWidth: 320 }}
                  options={columns.map((value) => ({ value, label: value }))}
                />
                <Text type="secondary">{say(words.shown, { count: rows.length })}</Text>
                <Button disabled={rows.length === 0} onClick={() => download('features.csv', csvOf(table), 'text/csv')}>
                  {say(words.file)}
                </Button>
              </Flex>
              <FeatureTable columns={columns} shown={shown} rows={rows} />
              {asked.hasNextPage && (
                <Button loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                  {say(words.more)}
                </Button>
              )}
            </>
          );
        }}
      </Answer>
    </Flex>
  );
}

type Row = { person: string; values: (string | number | null)[] };

function FeatureTable({ columns, shown, rows }: { columns: readonly string[]; shown: readonly string[]; rows: Row[] }) {
  const say = useSay();
  const formats = useFormats();
  const at = useMemo(() => new Map(columns.map((name, index) => [name, index])), [columns]);
  const cell = (value: string | number | null | undefined) => {
    if (value === null || value === undefined) return '–';
    if (typeof value === 'number') return formats.number(value);
    return /^\d{4}-\d{2}-\d{2}T/.test(value) ? formats.day(Date.parse(value)) : value;
  };
  return (
    <Rows<Row>
      rowKey="person"
      none={words.none}
      next={words.noneNext}
      dataSource={rows}
      columns={[
        { title: say(words.person), width: 220, ellipsis: true, dataIndex: 'person' },
        ...shown.map((name) => ({
          title: name,
          key: name,
          width: 150,
          ellipsis: true,
          render: (_: unknown, { values }: Row) => cell(values[at.get(name) ?? -1]),
        })),
      ]}
      {...(rows.length > 100 && { scroll: { x: 220 + shown.length * 150, y: 480 } })}
    />
  );
}

export function Purchases() {
  const say = useSay();
  const formats = useFormats();
  const asked = useInfiniteQuery({
    queryKey: ['features', 'purchases'],
    initialPageParam: -1,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/features/purchases', { params: { query: { after: pageParam, limit: 200 } }, signal })),
    getNextPageParam: ({ next }) => next,
    gcTime: 0,
  });
  return (
    <Answer of={asked}>
      {({ pages }) => {
        const rows = pages.flatMap(({ purchases }) => purchases).map((one, key) => ({ ...one, key }));
        const table = [['person', 'at', 'amount'], ...rows.map(({ person, at, amount }) => [person, at, amount])];
        return (
          <Flex vertical gap={space.small}>
            <Flex gap={space.medium} wrap align="center">
              <Text type="secondary">{say(words.about)}</Text>
              <Button disabled={rows.length === 0} onClick={() => download('orders.csv', csvOf(table), 'text/csv')}>
                {say(words.file)}
              </Button>
            </Flex>
            <Rows
              rowKey="key"
              none={words.noOrders}
              next={words.noneNext}
              dataSource={rows}
              columns={[
                { title: say(words.person), width: 260, ellipsis: true, dataIndex: 'person' },
                { title: say(words.day), width: 140, dataIndex: 'at' },
                {
                  title: say(words.amount),
                  width: 140,
                  align: 'right' as const,
                  render: (_, { amount }) => formats.number(amount),
                },
              ]}
            />
            {asked.hasNextPage && (
              <Button loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                {say(words.more)}
              </Button>
            )}
          </Flex>
        );
      }}
    </Answer>
  );
}
