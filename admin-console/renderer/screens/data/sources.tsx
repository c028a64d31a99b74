// The sources: the systems that events come from, whether each is alive, and how good what it sends is.

import { Flex } from 'antd';
import { Link, useLocation } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { AddSource } from './sources-add.tsx';
import { useFigures, useQuality, useQuarantined } from './sources-figures.ts';
import { byHandName, isKind, kindWords } from './sources-sdks.ts';

const words = {
  title: { en: 'Sources', zh: '数据源' },
  about: { en: 'The systems that events come from, each with a key of its own.', zh: '事件的来源系统，各有独立的写入密钥。' },
  name: { en: 'Name', zh: '名称' },
  kind: { en: 'Kind', zh: '类型' },
  state: { en: 'State', zh: '状态' },
  events: { en: 'Events', zh: '事件数' },
  last: { en: 'Last event', zh: '最近事件' },
  quarantined: { en: 'Quarantined', zh: '已隔离' },
  quality: { en: 'Quality', zh: '质量' },
  disabled: { en: 'disabled', zh: '已停用' },
  receiving: { en: 'receiving', zh: '接收中' },
  silent: { en: 'nothing yet', zh: '尚无数据' },
  enabled: { en: 'enabled', zh: '启用' },
  byHand: { en: 'Typed in by people', zh: '人工录入' },
  none: { en: 'There is no source yet', zh: '尚无数据源' },
  next: { en: 'Add one, and send its first event.', zh: '添加一个数据源并发送首个事件。' },
} as const;

/** So many are asked for their quality at once. */
const scored = 50;

const readSources = () => unwrap(api.GET('/api/sources'));
export type Source = Awaited<ReturnType<typeof readSources>>['sources'][number];
export const useSources = () => useQuery({ queryKey: ['sources'], queryFn: readSources, select: ({ sources }) => sources });

export default function Sources() {
  const may = useMay();
  const [, go] = useLocation();
  const asked = useSources();
  return (
    <Page
      title={words.title}
      about={words.about}
      actions={
        may('source.add') && <AddSource type="primary" made={({ source: { id } }) => go(to('/data/sources/:id', { id }))} />
      }
    >
      <Answer of={asked}>{(sources) => <List sources={sources} />}</Answer>
    </Page>
  );
}

/** In a word: whether it may send, and whether it does. */
export function SourceState({ source, silent }: { source: Source; silent: boolean | undefined }) {
  const say = useSay();
  if (source.disabledAtMs !== undefined) return <Mark tone="bad">{say(words.disabled)}</Mark>;
  if (silent === undefined) return <Mark tone="good">{say(words.enabled)}</Mark>;
  return silent ? <Mark tone="wait">{say(words.silent)}</Mark> : <Mark tone="good">{say(words.receiving)}</Mark>;
}

function List({ sources }: { sources: readonly Source[] }) {
  const say = useSay();
  const formats = useFormats();
  const may = useMay();
  const figures = useFigures();
  const quarantined = useQuarantined();
  const quality = useQuality(sources.slice(0, scored).map(({ id }) => id));
  const real = sources.filter(({ name }) => name !== byHandName);
  const typed = sources.filter(({ name, id }) => name === byHandName && figures.data?.has(id));
  const number = (value: number | undefined) => (value === undefined ? '–' : formats.number(value));
  return (
    <Flex vertical gap={space.medium}>
      <Rows<Source>
        none={words.none}
        next={words.next}
        rowKey="id"
        size="middle"
        dataSource={[...real, ...typed]}
        columns={[
          {
            title: say(words.name),
            width: 260,
            render: (_, { id, name }) =>
              name === byHandName ? say(words.byHand) : <Link href={to('/data/sources/:id', { id })}>{name}</Link>,
          },
          { title: say(words.kind), width: 120, render: (_, { kind }) => (isKind(kind) ? say(kindWords[kind]) : kind) },
          {
            title: say(words.state),
            width: 130,
            render: (_, source) => <SourceState source={source} silent={figures.data && !figures.data.has(source.id)} />,
          },
          ...(may('catalogue.streams')
            ? [
                {
                  title: say(words.events),
                  align: 'right' as const,
                  width: 110,
                  render: (_: unknown, { id }: Source) => number(figures.data && (figures.data.get(id)?.events ?? 0)),
                },
                {
                  title: say(words.last),
                  width: 150,
                  render: (_: unknown, { id }: Source) => {
                    const lastAtMs = figures.data?.get(id)?.lastAtMs;
                    return lastAtMs === undefined ? '–' : <When atMs={lastAtMs} />;
                  },
                },
              ]
            : []),
          ...(may('quarantine.counts')
            ? [
                {
                  title: say(words.quarantined),
                  align: 'right' as const,
                  width: 120,
                  render: (_: unknown, { id }: Source) => number(quarantined.data && (quarantined.data.get(id) ?? 0)),
                },
              ]
            : []),
          ...(may('quality.score')
            ? [
                {
                  title: say(words.quality),
                  align: 'right' as const,
                  width: 100,
                  render: (_: unknown, { id }: Source) => {
                    const score = quality.get(id);
                    return score === undefined ? '–' : formats.percent(score);
                  },
                },
              ]
            : []),
        ]}
      />
    </Flex>
  );
}
