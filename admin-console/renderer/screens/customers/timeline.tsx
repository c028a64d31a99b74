// What a customer did, newest first, page by page, of the kinds and sources that are asked for; each event opens as a whole. What is chosen stands in
// the address.

import { Button, Drawer, Flex, Select, Timeline } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { codeFonts, space } from '../../design/design.ts';
import { useInfiniteQuery } from '../../parts/ask.ts';
import { Mark } from '../../parts/mark.tsx';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { eventKinds, kindWords } from './field-words.ts';
import { customerKey, type Happening, type Profile } from './profile.ts';

const words = {
  none: { en: 'Nothing of this kind', zh: '没有此类事件' },
  kind: { en: 'Kind', zh: '类型' },
  allKinds: { en: 'All kinds', zh: '全部类型' },
  source: { en: 'Source', zh: '来源' },
  allSources: { en: 'All sources', zh: '全部来源' },
  more: { en: 'Show earlier', zh: '显示更早' },
  event: { en: 'Event', zh: '事件' },
  whole: { en: 'The event as the node keeps it, as far as your role is shown it.', zh: '节点保存的完整事件，按您的权限显示。' },
} as const;

const pageRows = 30;

export function Happened({ profile }: { profile: Profile }) {
  const say = useSay();
  const [search, setSearch] = useSearchParams();
  const [opened, setOpened] = useState<Happening>();
  const kind = search.get('kind') ?? '';
  const source = search.get('from') ?? '';
  const sources = [...new Set(profile.records.map((record) => record.source))];
  const choose = (name: string) => (value: string) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '') after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  const isWhole = kind === '' && source === '';
  const asked = useInfiniteQuery({
    queryKey: [...customerKey(profile.id), 'timeline', kind, source],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/profiles/{id}/timeline', {
          params: {
            path: { id: profile.id },
            query: {
              limit: pageRows,
              ...(kind !== '' && { kind }),
              ...(source !== '' && { source }),
              ...(pageParam !== '' && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    // The first page came with the profile, in one entry of the audit log.
    ...(isWhole && profile.timeline && { initialData: { pages: [profile.timeline], pageParams: [''] }, staleTime: 2_000 }),
  });
  return (
    <Flex vertical gap={space.medium}>
      <Flex gap={space.small} wrap>
        <Select
          aria-label={say(words.kind)}
          value={kind}
          onChange={choose('kind')}
          popupMatchSelectWidth={false}
          options={[
            { value: '', label: say(words.allKinds) },
            ...eventKinds.map((one) => ({ value: one, label: say(kindWords(one)) })),
          ]}
        />
        <Select
          aria-label={say(words.source)}
          value={source}
          onChange={choose('from')}
          popupMatchSelectWidth={false}
          options={[{ value: '', label: say(words.allSources) }, ...sources.map((one) => ({ value: one, label: one }))]}
        />
      </Flex>
      <Answer of={asked}>{({ pages }) => <Events of={pages.flatMap(({ events }) => events)} open={setOpened} />}</Answer>
      {asked.hasNextPage && (
        <Button loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          {say(words.more)}
        </Button>
      )}
      <Whole event={opened} close={() => setOpened(undefined)} />
    </Flex>
  );
}

function Events({ of, open }: { of: readonly Happening[]; open(event: Happening): void }) {
  const say = useSay();
  if (of.length === 0) return <Nothing what={words.none} />;
  return (
    <Timeline
      items={of.map((event) => ({
        key: `${event.recordId} ${event.messageId} ${event.occurredAtMs}`,
        content: (
          <Flex justify="space-between" gap={space.small}>
            <Button
              type="text"
              size="small"
              style={{ height: 'auto', whiteSpace: 'normal', textAlign: 'start' }}
              onClick={() => open(event)}
            >
              <span className="hf-break">{event.name ?? say(kindWords(event.kind))}</span>
              <Mark>{event.source}</Mark>
            </Button>
            <Text type="secondary" style={{ whiteSpace: 'nowrap' }}>
              <When atMs={event.occurredAtMs} />
            </Text>
          </Flex>
        ),
      }))}
    />
  );
}

function Whole({ event, close }: { event: Happening | undefined; close(): void }) {
  const say = useSay();
  const formats = useFormats();
  return (
    <Drawer
      open={event !== undefined}
      onClose={close}
      size={480}
      title={event ? (event.name ?? say(kindWords(event.kind))) : say(words.event)}
      destroyOnHidden
    >
      {event && (
        <Flex vertical gap={space.small}>
          <Text type="secondary">
            {say(kindWords(event.kind))} · {event.source} · {formats.moment(event.occurredAtMs)}
          </Text>
          <Text type="secondary">{say(words.whole)}</Text>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than its box is scrolled by keyboard too */}
          <pre tabIndex={0} className="hf-break" style={{ fontFamily: codeFonts, whiteSpace: 'pre-wrap', margin: 0 }}>
            {JSON.stringify(event, undefined, 2)}
          </pre>
        </Flex>
      )}
    </Drawer>
  );
}
