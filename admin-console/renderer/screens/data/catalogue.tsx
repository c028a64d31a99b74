// The catalogue: every field that sources have sent, what it is, how full, whose; and what each source sends. It holds no customer's value.

import { Button, Flex, Input, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useInfiniteQuery, useQuery } from '../../parts/ask.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay, type Words } from '../../words/words.ts';
import { catalogueKey, type Field, useChosen } from './ask.ts';
import { classWords, kindWords } from './data-words.ts';
import { Share } from './share.tsx';
import { SourceChoice } from './source-choice.tsx';

const words = {
  title: { en: 'Catalogue', zh: '数据目录' },
  about: {
    en: 'Every field that sources have sent. It holds no value of a customer.',
    zh: '各数据源出现过的全部字段，不含任何客户数据。',
  },
  help: {
    en: 'The catalogue fills itself from what arrives. A class found by values is a guess until a person confirms it; what is not known yet counts as personal.',
    zh: '目录随到达的数据自动登记。按取值识别出的类别在人工确认前仅为推断；未知字段一律按个人信息对待。',
  },
  fields: { en: 'Fields', zh: '字段' },
  streams: { en: 'What sources send', zh: '数据流' },
  show: { en: 'Show', zh: '显示内容' },
  everySource: { en: 'Every source', zh: '全部数据源' },
  everyClass: { en: 'Every class', zh: '全部类别' },
  class: { en: 'Class', zh: '类别' },
  search: { en: 'Path or event', zh: '路径或事件名' },
  which: { en: 'Which', zh: '范围' },
  every: { en: 'All', zh: '全部' },
  personal: { en: 'Personal', zh: '个人信息' },
  unclassified: { en: 'Nobody has said', zh: '未经人工分类' },
  path: { en: 'Field', zh: '字段' },
  source: { en: 'Source', zh: '数据源' },
  kind: { en: 'Sent with', zh: '所在事件' },
  type: { en: 'Type', zh: '数据类型' },
  filled: { en: 'Filled', zh: '完整率' },
  distinct: { en: 'Different', zh: '不同值' },
  seen: { en: 'Seen', zh: '次数' },
  last: { en: 'Last seen', zh: '最近出现' },
  owner: { en: 'Owner', zh: '负责人' },
  byPerson: { en: 'said by a person', zh: '人工确认' },
  byGuess: { en: 'found by the node', zh: '系统识别' },
  unknown: { en: 'Not known yet', zh: '尚未识别' },
  none: { en: 'No field is like this', zh: '没有符合条件的字段' },
  noneNext: { en: 'Fields show here once a source has sent them.', zh: '数据源上报后，字段会自动出现在此处。' },
  total: { en: '{count} fields', zh: '共 {count} 个字段' },
  more: { en: 'Show more', zh: '显示更多' },
  events: { en: 'Events', zh: '事件数' },
  looked: { en: 'Looked at', zh: '已检视' },
  room: { en: 'No room for', zh: '未登记字段' },
  first: { en: 'First seen', zh: '首次出现' },
  noStreams: { en: 'No source has sent anything yet', zh: '尚无数据源上报' },
} as const;

type Which = '' | 'personal' | 'unclassified';

export default function Catalogue() {
  const say = useSay();
  const [view, chooseView] = useChosen('view');
  const choice = (
    <Flex gap={space.small} align="center">
      <Segmented
        aria-label={say(words.show)}
        value={view === 'streams' ? 'streams' : 'fields'}
        onChange={(next) => chooseView(next === 'streams' ? next : '')}
        options={[
          { value: 'fields', label: say(words.fields) },
          { value: 'streams', label: say(words.streams) },
        ]}
      />
      <Help about={words.help} />
    </Flex>
  );
  return (
    <Page title={words.title} about={words.about} actions={choice}>
      {view === 'streams' ? <Streams /> : <Fields />}
    </Page>
  );
}

function useFields(filter: { source: string; class: string; which: string; text: string }) {
  return useInfiniteQuery({
    queryKey: [...catalogueKey, 'list', filter],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/catalogue', {
          params: {
            query: {
              offset: pageParam,
              limit: 50,
              ...(filter.source !== '' && { source: Number(filter.source) }),
              ...(filter.class !== '' && { class: filter.class as NonNullable<Field['class']> }),
              ...(filter.text !== '' && { text: filter.text }),
              ...(filter.which === 'personal' && { personal: true }),
              ...(filter.which === 'unclassified' && { unclassified: true }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: ({ total = 0 }, pages) => {
      const had = pages.reduce((sum, { fields }) => sum + fields.length, 0);
      return had < total ? had : undefined;
    },
  });
}

function Fields() {
  const say = useSay();
  const [source, chooseSource] = useChosen('source');
  const [dataClass, chooseClass] = useChosen('class');
  const [which, chooseWhich] = useChosen('which');
  const [text, setText] = useState('');
  const asked = useFields({ source, class: dataClass, which, text });
  return (
    <Flex vertical gap={space.medium}>
      <Flex gap={space.small} wrap align="center">
        <SourceChoice
          value={source === '' ? undefined : Number(source)}
          choose={(id) => chooseSource(id === undefined ? '' : String(id))}
          all={words.everySource}
        />
        <Select
          aria-label={say(words.class)}
          value={dataClass}
          onChange={chooseClass}
          popupMatchSelectWidth={false}
          options={[
            { value: '', label: say(words.everyClass) },
            ...Object.entries(classWords).map(([value, label]) => ({ value, label: say(label) })),
          ]}
        />
        <Segmented<Which>
          aria-label={say(words.which)}
          value={which === 'personal' || which === 'unclassified' ? which : ''}
          onChange={chooseWhich}
          options={[
            { value: '', label: say(words.every) },
            { value: 'personal', label: say(words.personal) },
            { value: 'unclassified', label: say(words.unclassified) },
          ]}
        />
        <Input.Search
          allowClear
          aria-label={say(words.search)}
          placeholder={say(words.search)}
          onSearch={(wanted) => setText(wanted.trim())}
          style={{ width: 220 }}
        />
      </Flex>
      <Answer of={asked}>
        {({ pages }) => (
          <>
            <FieldRows fields={pages.flatMap(({ fields }) => fields)} />
            <Flex gap={space.medium} align="center">
              <Text type="secondary">{say(words.total, { count: pages[0]?.total ?? 0 })}</Text>
              {asked.hasNextPage && (
                <Button loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                  {say(words.more)}
                </Button>
              )}
            </Flex>
          </>
        )}
      </Answer>
    </Flex>
  );
}

/** Who said it is told by a word, not by the colour alone. */
export function ClassMark({ field }: { field: Pick<Field, 'class' | 'classBy'> }) {
  const say = useSay();
  if (field.class === undefined) return <Mark tone="wait">{say(words.unknown)}</Mark>;
  const byPerson = field.classBy === 'person';
  const called: Words = classWords[field.class] ?? { en: field.class, zh: field.class };
  return (
    <span title={say(byPerson ? words.byPerson : words.byGuess)}>
      <Mark tone={field.class === 'none' ? undefined : 'note'}>
        {say(called)}
        {byPerson ? ' ✓' : ' ?'}
      </Mark>
    </span>
  );
}

function FieldRows({ fields }: { fields: readonly Field[] }) {
  const say = useSay();
  const formats = useFormats();
  return (
    <Rows<Field>
      rowKey="id"
      none={words.none}
      next={words.noneNext}
      dataSource={[...fields]}
      columns={[
        {
          title: say(words.path),
          width: 240,
          ellipsis: true,
          render: (_, { id, path }) => <Link href={to('/catalogue/:id', { id })}>{path}</Link>,
        },
        { title: say(words.source), width: 130, ellipsis: true, dataIndex: 'sourceName' },
        {
          title: say(words.kind),
          width: 160,
          ellipsis: true,
          render: (_, { kind, event }) => event ?? say(kindWords[kind] ?? { en: kind, zh: kind }),
        },
        { title: say(words.class), width: 170, render: (_, field) => <ClassMark field={field} /> },
        {
          title: say(words.filled),
          width: 120,
          render: (_, { completeness }) => <Share of={completeness} label={say(words.filled)} />,
        },
        { title: say(words.distinct), width: 100, align: 'right', render: (_, { distinct }) => formats.number(distinct) },
        {
          title: say(words.last),
          width: 120,
          render: (_, { lastSeenAtMs }) => (lastSeenAtMs === undefined ? '–' : <When atMs={lastSeenAtMs} />),
        },
        { title: say(words.owner), width: 120, ellipsis: true, render: (_, { owner }) => owner ?? '–' },
      ]}
    />
  );
}

function Streams() {
  const say = useSay();
  const formats = useFormats();
  const asked = useQuery({
    queryKey: [...catalogueKey, 'streams'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/catalogue/streams', { signal })),
  });
  return (
    <Answer of={asked}>
      {({ streams }) => (
        <Rows
          rowKey={({ source, kind, event }) => `${source} ${kind} ${event ?? ''}`}
          none={words.noStreams}
          next={words.noneNext}
          dataSource={streams}
          columns={[
            { title: say(words.source), width: 160, ellipsis: true, dataIndex: 'sourceName' },
            {
              title: say(words.kind),
              width: 200,
              ellipsis: true,
              render: (_, { kind, event }) => event ?? say(kindWords[kind] ?? { en: kind, zh: kind }),
            },
            { title: say(words.events), width: 110, align: 'right', render: (_, { seen }) => formats.number(seen) },
            {
              title: say(words.looked),
              width: 110,
              align: 'right',
              render: (_, { seen, lookedAt }) => formats.percent(seen === 0 ? 0 : Math.min(1, lookedAt / seen)),
            },
            {
              title: say(words.fields),
              width: 90,
              align: 'right',
              render: (_, { fields }) => (fields === undefined ? '' : formats.number(fields)),
            },
            {
              title: say(words.room),
              width: 120,
              align: 'right',
              render: (_, { overflow }) => (overflow ? <Mark tone="wait">{formats.number(overflow)}</Mark> : ''),
            },
            {
              title: say(words.first),
              width: 120,
              render: (_, { firstSeenAtMs }) => (firstSeenAtMs ? <When atMs={firstSeenAtMs} /> : '–'),
            },
            {
              title: say(words.last),
              width: 120,
              render: (_, { lastSeenAtMs }) => (lastSeenAtMs ? <When atMs={lastSeenAtMs} /> : '–'),
            },
          ]}
        />
      )}
    </Answer>
  );
}
