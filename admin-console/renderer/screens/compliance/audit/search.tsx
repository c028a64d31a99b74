// The audit log: who did what to whom and when, found by any of that. What is asked for stands in the address, so that it can be passed on.

import { Button, Flex, Input, Select, Space } from 'antd';
import { type ReactNode, useState } from 'react';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useInfiniteQuery } from '../../../parts/ask.ts';
import { Page } from '../../../parts/page.tsx';
import { Answer } from '../../../parts/states.tsx';
import { Text } from '../../../parts/text.tsx';
import { useSay } from '../../../words/words.ts';
import { allActions, useActionOptions } from '../action.tsx';
import { readPersonId } from '../person.tsx';
import { useColleagues, useNameOf } from '../who.tsx';
import { Entries } from './entries.tsx';
import { outcomeOptions } from './outcome.tsx';
import { AuditTabs } from './tabs.tsx';

const words = {
  title: { en: 'Audit log', zh: '审计日志' },
  about: {
    en: 'Every read and change, kept so that nobody can alter it unseen. It holds no value of a customer.',
    zh: '每次读取与更改均在此留痕，任何改动都会被发现。日志不含客户数据。',
  },
  who: { en: 'Who', zh: '人员' },
  what: { en: 'What', zh: '操作' },
  outcome: { en: 'Outcome', zh: '结果' },
  customer: { en: 'Customer, such as p42', zh: '客户编号，如 p42' },
  since: { en: 'From', zh: '开始日期' },
  until: { en: 'To', zh: '结束日期' },
  clear: { en: 'Clear', zh: '清除' },
  more: { en: 'Older entries', zh: '更早的条目' },
  shown: { en: '{count} entries', zh: '{count} 条' },
  looked: { en: 'looked through so far; there may be more', zh: '已查到此处，可能还有更多' },
} as const;

const filters = ['actor', 'action', 'outcome', 'person', 'since', 'until'] as const;
type Filter = (typeof filters)[number];
export type Chosen = { readonly [filter in Filter]?: string };

const dayMs = 86_400_000;
const startOf = (day: string): number => new Date(`${day}T00:00:00`).getTime();

/** What is asked of the node: days are the reader's own, the last one included. */
export function queryOf({ since, until, ...rest }: Chosen): { [name: string]: string } {
  return {
    ...rest,
    ...(since && { since: String(startOf(since)) }),
    ...(until && { until: String(startOf(until) + dayMs) }),
  };
}

export default function AuditSearch() {
  const say = useSay();
  const [params, setParams] = useSearchParams();
  const chosen: Chosen = Object.fromEntries(
    filters.flatMap((name) => {
      const value = params.get(name);
      return value ? [[name, value]] : [];
    }),
  );
  const choose = (name: Filter, value: string | undefined) =>
    setParams(
      (before) => {
        if (value) before.set(name, value);
        else before.delete(name);
        return before;
      },
      { replace: true },
    );
  const asked = useInfiniteQuery({
    queryKey: ['audit', 'list', chosen],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/audit', {
          params: { query: { ...queryOf(chosen), limit: 200, ...(pageParam !== undefined && { before: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next,
    staleTime: 60_000,
  });
  return (
    <Page title={words.title} about={words.about}>
      <AuditTabs at="/audit">
        <Filters chosen={chosen} choose={choose} clear={() => setParams({}, { replace: true })} />
        <Answer of={asked}>
          {({ pages }) => {
            const entries = pages.flatMap((page) => page.entries);
            return (
              <Flex vertical gap={space.medium}>
                <Entries of={entries} loading={asked.isFetching && !asked.isFetchingNextPage} />
                <Flex gap={space.small} align="center">
                  <Text type="secondary" role="status">
                    {say(words.shown, { count: entries.length })}
                    {asked.hasNextPage && entries.length < 200 * pages.length && ` · ${say(words.looked)}`}
                  </Text>
                  {asked.hasNextPage && (
                    <Button loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                      {say(words.more)}
                    </Button>
                  )}
                </Flex>
              </Flex>
            );
          }}
        </Answer>
      </AuditTabs>
    </Page>
  );
}

/** What people call it, and what the log is searched by. */
function NameAndCode({ name, code }: { name: ReactNode; code: unknown }) {
  if (typeof code !== 'string' || name === code) return name;
  return (
    <Space size={4}>
      {name}
      <Text code>{code}</Text>
    </Space>
  );
}

function Filters({
  chosen,
  choose,
  clear,
}: {
  chosen: Chosen;
  choose(name: Filter, value: string | undefined): void;
  clear(): void;
}) {
  const say = useSay();
  const nameOf = useNameOf();
  const colleagues = useColleagues();
  const actions = useActionOptions(allActions);
  const [typed, setTyped] = useState(chosen.person ?? '');
  const actors = ['operator', 'system', 'unknown', 'customer', ...colleagues.map(({ actor }) => actor)];
  const known = chosen.actor && !actors.includes(chosen.actor) ? [...actors, chosen.actor] : actors;
  return (
    <Space wrap size={space.small} style={{ marginBottom: space.medium }} role="search">
      <Select
        aria-label={say(words.who)}
        placeholder={say(words.who)}
        value={chosen.actor ?? null}
        onChange={(value) => choose('actor', value ?? undefined)}
        options={known.map((actor) => ({ value: actor, label: nameOf(actor) }))}
        showSearch={{ optionFilterProp: 'label' }}
        allowClear
        style={{ width: 170 }}
      />
      <Select
        aria-label={say(words.what)}
        placeholder={say(words.what)}
        value={chosen.action ?? null}
        onChange={(value) => choose('action', value ?? undefined)}
        options={actions}
        showSearch={{ optionFilterProp: 'search' }}
        optionRender={({ label, value }) => <NameAndCode name={label} code={value} />}
        allowClear
        popupMatchSelectWidth={false}
        style={{ width: 220 }}
      />
      <Select
        aria-label={say(words.outcome)}
        placeholder={say(words.outcome)}
        value={chosen.outcome ?? null}
        onChange={(value) => choose('outcome', value ?? undefined)}
        options={outcomeOptions.map(({ value, name }) => ({ value, label: say(name) }))}
        allowClear
        style={{ width: 120 }}
      />
      <Input
        aria-label={say(words.customer)}
        placeholder={say(words.customer)}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          if (target.value.trim() === '') choose('person', undefined);
        }}
        onPressEnter={() => choose('person', readPersonId(typed))}
        onBlur={() => choose('person', readPersonId(typed))}
        style={{ width: 180 }}
      />
      {(['since', 'until'] as const).map((name) => (
        <Input
          key={name}
          type="date"
          prefix={say(words[name])}
          aria-label={say(words[name])}
          value={chosen[name] ?? ''}
          onChange={({ target }) => choose(name, target.value || undefined)}
          style={{ width: 200 }}
        />
      ))}
      <Button
        type="text"
        onClick={() => {
          setTyped('');
          clear();
        }}
      >
        {say(words.clear)}
      </Button>
    </Space>
  );
}
