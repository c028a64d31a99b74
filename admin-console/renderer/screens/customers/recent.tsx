// Customers of whom something was heard last, narrowed by source, segment and consent, page by page. The node follows its latest events backwards, so
// the list costs the same for a million customers; a page says how far it looked.

import { FilterOutlined } from '@ant-design/icons';
import { Button, Flex, Select, Typography } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useInfiniteQuery, useQuery } from '../../parts/ask.ts';
import { Help } from '../../parts/help.tsx';
import { usePurposes } from '../../parts/purpose-names.ts';
import { useSegmentNames } from '../../parts/segment-names.ts';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useLanguage, useSay, type Words } from '../../words/words.ts';
import { People } from './people.tsx';

const words = {
  title: { en: 'Heard of last', zh: '最近活动的客户' },
  help: {
    en: 'The node follows the latest events backwards and shows whom they are about, so the list is as fast for a million customers as for a hundred. Who may not be used for your purpose is left out. To find somebody in particular, search.',
    zh: '节点由近及远查看最新事件并列出相关客户，因此客户再多速度也不变。不得为您所选用途使用的客户不会列出。查找特定客户请用搜索。',
  },
  source: { en: 'Source', zh: '来源' },
  segment: { en: 'Segment', zh: '人群' },
  consent: { en: 'May be used for', zh: '可用于' },
  narrow: { en: 'Narrow', zh: '筛选' },
  wide: { en: 'Show all', zh: '显示全部' },
  anySource: { en: 'Any source', zh: '全部来源' },
  anySegment: { en: 'Any segment', zh: '全部人群' },
  anyConsent: { en: 'Any consent', zh: '不限同意' },
  none: { en: 'Nobody here yet', zh: '暂无客户' },
  noneFiltered: { en: 'Nobody among the latest events', zh: '最新事件中没有符合条件的客户' },
  noneNext: {
    en: 'Events bring customers: connect a source or import a file.',
    zh: '接入数据源或导入文件后，客户会出现在这里。',
  },
  further: { en: 'Look further back', zh: '继续向前查找' },
  more: { en: 'Show more', zh: '显示更多' },
  looked: { en: '{events} events looked through', zh: '已查看 {events} 条事件' },
} as const;

export function Recent() {
  const say = useSay();
  const [search, setSearch] = useSearchParams();
  const filter = {
    ...chosenIn(search, 'source'),
    ...chosenIn(search, 'segment'),
    ...chosenIn(search, 'consent'),
  };
  // The rows need them: asked now, not once there are rows.
  useSegmentNames();
  const isNarrow = Object.keys(filter).length > 0;
  const [wanted, setWanted] = useState(false);
  const isOpen = wanted || isNarrow;
  const choose = (name: string) => (value: string) => {
    // They stay when the last of them is taken back.
    setWanted(true);
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '') after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  };
  const asked = useInfiniteQuery({
    queryKey: ['profiles', 'recent', filter],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/profiles/recent', {
          params: { query: { ...filter, limit: 15, ...(pageParam !== undefined && { before: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Flex vertical gap={space.medium}>
      <Flex gap={space.small} align="center" wrap>
        <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
          {say(words.title)}
        </Typography.Title>
        <Help about={words.help} />
        <Button
          icon={<FilterOutlined />}
          aria-expanded={isOpen}
          onClick={() => {
            if (isNarrow) setSearch({}, { replace: true });
            setWanted(!isOpen);
          }}
        >
          {say(isNarrow ? words.wide : words.narrow)}
        </Button>
        {isOpen && <Filters search={search} choose={choose} />}
      </Flex>
      <Answer of={asked}>
        {({ pages }) => (
          <>
            <People
              of={pages.flatMap(({ profiles }) => profiles)}
              none={isNarrow ? words.noneFiltered : words.none}
              {...(!isNarrow && { next: words.noneNext })}
            />
            <Flex justify="center" align="center" gap={space.small}>
              {asked.hasNextPage && (
                <Button loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                  {say(pages.at(-1)!.profiles.length === 0 ? words.further : words.more)}
                </Button>
              )}
              <Text type="secondary">{say(words.looked, { events: pages.reduce((sum, { read }) => sum + read, 0) })}</Text>
            </Flex>
          </>
        )}
      </Answer>
    </Flex>
  );
}

type Choose = (name: string) => (value: string) => void;

/** Drawn when somebody wants them, as three choices are half the work of the screen. Each is there for whoever may see what it lists. */
function Filters({ search, choose }: { search: URLSearchParams; choose: Choose }) {
  const language = useLanguage();
  const may = useMay();
  const sources = useQuery({
    queryKey: ['sources', 'names'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/sources', { signal })),
    enabled: may('source.list'),
    staleTime: 60_000,
  });
  const segments = useSegmentNames();
  const purposes = usePurposes();
  return (
    <>
      {may('source.list') && (
        <Choice
          name={words.source}
          any={words.anySource}
          value={search.get('source') ?? ''}
          options={(sources.data?.sources ?? []).map(({ name }) => ({ value: String(name), label: String(name) }))}
          choose={choose('source')}
        />
      )}
      {may('segment.list') && (
        <Choice
          name={words.segment}
          any={words.anySegment}
          value={search.get('segment') ?? ''}
          options={segments.map(({ name, shown }) => ({ value: name, label: shown }))}
          choose={choose('segment')}
        />
      )}
      {may('consent.purposes') && (
        <Choice
          name={words.consent}
          any={words.anyConsent}
          value={search.get('consent') ?? ''}
          options={purposes.map(({ purpose, name }) => ({ value: purpose, label: name[language] }))}
          choose={choose('consent')}
        />
      )}
    </>
  );
}

function chosenIn<Name extends string>(search: URLSearchParams, name: Name): { [name in Name]?: string } {
  const value = search.get(name);
  return (value ? { [name]: value } : {}) as { [name in Name]?: string };
}

function Choice({
  name,
  any,
  value,
  options,
  choose,
}: {
  name: Words;
  any: Words;
  value: string;
  options: readonly { value: string; label: string }[];
  choose(value: string): void;
}) {
  const say = useSay();
  return (
    <Select
      aria-label={say(name)}
      value={value}
      onChange={choose}
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      style={{ minWidth: 140 }}
      options={[{ value: '', label: say(any) }, ...options]}
    />
  );
}
