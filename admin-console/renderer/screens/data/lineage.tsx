// Lineage: from the fields that sources send, by which rule, to a trait, its golden record and every use of it; as a picture that mouse and
// keyboard walk through, and as a list that says the same.

import { Card, Descriptions, Empty, Flex, Input, List, Space, Typography } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import { space } from '../../design/design.ts';
import { Graph } from '../../parts/graph.tsx';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { to } from '../../parts/screen.tsx';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { plural, useFormats, useSay } from '../../words/words.ts';
import { type Lineage, type TraitEntry, useChosen, useLineage, useTraits } from './ask.ts';
import { ClassMark } from './catalogue.tsx';
import { normaliserWords } from './data-words.ts';
import { drawn, type Place, placesOf } from './lineage-graph.ts';
import { howWords, useKindWords } from './lineage-words.ts';

const words = {
  title: { en: 'Lineage', zh: '数据血缘' },
  about: { en: 'Where a trait comes from, and what it is used for.', zh: '特征从何而来，又用于何处。' },
  help: {
    en: 'Choose a box with the mouse, or reach it with Tab and press Enter. The list below says the same.',
    zh: '用鼠标选择方框，或按 Tab 键移动后按回车；下方列表内容相同。',
  },
  find: { en: 'Find a trait', zh: '查找特征' },
  traits: { en: 'Traits', zh: '特征' },
  none: { en: 'No trait has arrived yet', zh: '尚无特征' },
  noneNext: { en: 'Traits show here once a source has sent them.', zh: '数据源上报后会出现在此处。' },
  choose: { en: 'Choose a trait on the left', zh: '请在左侧选择特征' },
  source: { en: '{count} source', zh: '{count} 个来源' },
  sources: { en: '{count} sources', zh: '{count} 个来源' },
  use: { en: '{count} use', zh: '{count} 处使用' },
  uses: { en: '{count} uses', zh: '{count} 处使用' },
  computed: { en: 'computed', zh: '计算' },
  graph: {
    en: 'Lineage of {trait}: {fields} fields of sources lead to it, {uses} uses follow from it',
    zh: '{trait} 的血缘：来自 {fields} 个字段，用于 {uses} 处',
  },
  comes: { en: 'Comes from', zh: '来源' },
  used: { en: 'Used by', zh: '用于' },
  nowhere: { en: 'No source sends it.', zh: '没有数据源上报。' },
  unused: { en: 'Nothing uses it.', zh: '无处使用。' },
  golden: { en: 'Golden record', zh: '黄金记录' },
  criteria: { en: 'The value that wins: {criteria}', zh: '取值规则：{criteria}' },
  declared: { en: 'declared', zh: '已声明' },
  byDefault: { en: 'by default', zh: '默认' },
  computedFrom: { en: '{operation} of {property} over {event}', zh: '对 {event} 的 {property} 求 {operation}' },
  distinct: { en: 'about {count} different values over all sources', zh: '全部来源约 {count} 个不同值' },
  how: { en: 'How', zh: '方式' },
  read: { en: 'Read as', zh: '规范化' },
  seen: { en: 'Seen', zh: '出现次数' },
  last: { en: 'Last seen', zh: '最近出现' },
  class: { en: 'Class', zh: '类别' },
  notSeen: { en: 'The dictionary names it, no event had it yet.', zh: '字典中已声明，但尚无事件包含该字段。' },
  open: { en: 'Open in the catalogue', zh: '在数据目录中打开' },
  purpose: { en: 'Purpose', zh: '用途' },
  reads: { en: 'Reads', zh: '读取' },
} as const;

export default function LineagePage() {
  const say = useSay();
  const { trait } = useParams<{ trait?: string }>();
  const asked = useTraits();
  return (
    <Page title={words.title} about={words.about} actions={<Help about={words.help} />}>
      <Answer of={asked}>
        {({ traits }) =>
          traits.length === 0 ? (
            <Nothing what={words.none} next={words.noneNext} />
          ) : (
            <Flex gap={space.medium} align="start" wrap>
              <TraitList traits={traits} chosen={trait} />
              <div style={{ flex: '1 1 480px', minWidth: 0 }}>
                {trait === undefined ? (
                  <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={say(words.choose)} />
                ) : (
                  <OfTrait key={trait} trait={trait} />
                )}
              </div>
            </Flex>
          )
        }
      </Answer>
    </Page>
  );
}

function TraitList({ traits, chosen }: { traits: readonly TraitEntry[]; chosen: string | undefined }) {
  const say = useSay();
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const shown = traits.filter(
    ({ trait, label }) => wanted === '' || `${trait} ${label?.en ?? ''} ${label?.zh ?? ''}`.toLowerCase().includes(wanted),
  );
  return (
    <Flex vertical gap={space.small} style={{ flex: '0 0 248px' }}>
      <Input
        allowClear
        aria-label={say(words.find)}
        placeholder={say(words.find)}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <nav aria-label={say(words.traits)} style={{ maxHeight: 560, overflow: 'auto' }}>
        <List
          size="small"
          dataSource={shown}
          rowKey="trait"
          renderItem={({ trait, label, sources, uses, computed }) => (
            <List.Item>
              <div>
                <Link href={to('/lineage/:trait', { trait })} aria-current={trait === chosen ? 'page' : undefined}>
                  {trait === chosen ? <strong>{label ? say(label) : trait}</strong> : label ? say(label) : trait}
                </Link>{' '}
                {computed && <Mark tone="note">{say(words.computed)}</Mark>}
                <div>
                  <Text type="secondary">
                    {say(plural(sources, words.source, words.sources), { count: sources })} ·{' '}
                    {say(plural(uses, words.use, words.uses), { count: uses })}
                  </Text>
                </div>
              </div>
            </List.Item>
          )}
        />
      </nav>
    </Flex>
  );
}

function OfTrait({ trait }: { trait: string }) {
  const asked = useLineage(trait);
  return <Answer of={asked}>{(lineage) => <Drawn lineage={lineage} />}</Answer>;
}

function Drawn({ lineage }: { lineage: Lineage }) {
  const say = useSay();
  const kindOf = useKindWords();
  const [at, choose] = useChosen('at');
  const [, go] = useLocation();
  const places = useMemo(() => placesOf(lineage), [lineage]);
  const name = lineage.label ? say(lineage.label) : lineage.trait;
  const picture = useMemo(() => {
    const texts = {
      name,
      golden: say(words.golden),
      how: (how: keyof typeof howWords) => say(howWords[how]),
      kind: kindOf,
    };
    return drawn(lineage, places, at, texts);
  }, [lineage, places, at, name, say, kindOf]);
  const chosen = places.find(({ id }) => id === at);
  const fields = lineage.steps.length;
  const label = say(words.graph, { trait: name, fields, uses: lineage.uses.length });
  return (
    <Flex vertical gap={space.medium}>
      <Card size="small" title={name} extra={<Text type="secondary">{lineage.trait}</Text>}>
        <Graph
          nodes={picture.nodes}
          edges={picture.edges}
          label={label}
          height={Math.min(480, Math.max(240, picture.height))}
          onPick={choose}
        />
      </Card>
      {chosen && <Detail lineage={lineage} place={chosen} />}
      <Listed lineage={lineage} at={at} choose={choose} openTrait={(other) => go(to('/lineage/:trait', { trait: other }))} />
    </Flex>
  );
}

/** What is known of the box that was chosen. */
function Detail({ lineage, place }: { lineage: Lineage; place: Place }) {
  const say = useSay();
  const purposeOf = usePurposeName();
  const formats = useFormats();
  const kindOf = useKindWords();
  if (place.kind === 'step') {
    const { field, sourceName, how, rule, seen, event } = place.step;
    const as = rule?.as;
    const items = [
      { key: 'how', label: say(words.how), children: say(howWords[how]) },
      ...(as ? [{ key: 'as', label: say(words.read), children: say(normaliserWords[as] ?? { en: as, zh: as }) }] : []),
      ...(seen
        ? [
            { key: 'class', label: say(words.class), children: <ClassMark field={seen} /> },
            { key: 'seen', label: say(words.seen), children: formats.number(seen.seen) },
            {
              key: 'last',
              label: say(words.last),
              children: seen.lastSeenAtMs === undefined ? '–' : <When atMs={seen.lastSeenAtMs} />,
            },
          ]
        : []),
    ];
    return (
      <Card size="small" title={[sourceName, event, field].filter(Boolean).join(' · ')}>
        <Descriptions size="small" column={{ xs: 1, sm: 1, md: 1, lg: 2 }} items={items} />
        {seen ? (
          <Link href={to('/catalogue/:id', { id: seen.id })}>{say(words.open)}</Link>
        ) : (
          <Text type="secondary">{say(words.notSeen)}</Text>
        )}
      </Card>
    );
  }
  if (place.kind === 'use') {
    const { kind, name, purpose, reads, note } = place.use;
    return (
      <Card size="small" title={`${kindOf(kind)} · ${name}`}>
        {note && <Typography.Paragraph>{say(note)}</Typography.Paragraph>}
        <Descriptions
          size="small"
          column={1}
          items={[
            ...(purpose ? [{ key: 'purpose', label: say(words.purpose), children: purposeOf(purpose) }] : []),
            { key: 'reads', label: say(words.reads), children: reads.join(', ') },
          ]}
        />
      </Card>
    );
  }
  return (
    <Card size="small" title={lineage.label ? say(lineage.label) : lineage.trait}>
      <Golden lineage={lineage} />
    </Card>
  );
}

function Golden({ lineage: { golden, computedFrom, distinct } }: { lineage: Lineage }) {
  const say = useSay();
  return (
    <Space wrap>
      {golden && (
        <>
          <span>{say(words.criteria, { criteria: golden.criteria.join(' > ') })}</span>
          <Mark>{say(golden.declared ? words.declared : words.byDefault)}</Mark>
        </>
      )}
      {computedFrom && (
        <span>
          {say(words.computedFrom, {
            operation: computedFrom.operation,
            property: computedFrom.property ?? '*',
            event: computedFrom.event,
          })}
        </span>
      )}
      <Text type="secondary">{say(words.distinct, { count: distinct })}</Text>
    </Space>
  );
}

function Listed({
  lineage,
  at,
  choose,
  openTrait,
}: {
  lineage: Lineage;
  at: string;
  choose: (id: string) => void;
  openTrait: (trait: string) => void;
}) {
  const say = useSay();
  const purposeOf = usePurposeName();
  const kindOf = useKindWords();
  const places = placesOf(lineage);
  const link = (text: string, chosen: boolean, href: string, follow: () => void) => (
    <a
      href={href}
      aria-current={chosen ? 'true' : undefined}
      onClick={(event) => {
        event.preventDefault();
        follow();
      }}
    >
      {chosen ? <strong>{text}</strong> : text}
    </a>
  );
  const row = (id: string, text: string, more: string | undefined) => (
    <List.Item>
      <div>
        {link(text, id === at, `?at=${encodeURIComponent(id)}`, () => choose(id))}
        {more && <Text type="secondary"> · {more}</Text>}
      </div>
    </List.Item>
  );
  return (
    <Flex gap={space.medium} wrap align="start">
      <Card size="small" title={say(words.comes)} style={{ flex: '1 1 280px' }}>
        {lineage.steps.length === 0 ? (
          <Typography.Paragraph type="secondary">{say(words.nowhere)}</Typography.Paragraph>
        ) : (
          <List
            size="small"
            dataSource={places.filter((place) => place.kind === 'step')}
            rowKey="id"
            renderItem={({ id, step }) =>
              row(id, [step.sourceName, step.event, step.field].filter(Boolean).join(' · '), say(howWords[step.how]))
            }
          />
        )}
        <Golden lineage={lineage} />
      </Card>
      <Card size="small" title={say(words.used)} style={{ flex: '1 1 280px' }}>
        {lineage.uses.length === 0 ? (
          <Text type="secondary">{say(words.unused)}</Text>
        ) : (
          <List
            size="small"
            dataSource={places.filter((place) => place.kind === 'use')}
            rowKey="id"
            renderItem={({ id, use: { kind, name, purpose } }) => {
              const text = `${kindOf(kind)} · ${name}`;
              // What is computed of it has a lineage of its own.
              if (kind !== 'computed trait' || name === lineage.trait) return row(id, text, purpose && purposeOf(purpose));
              const route = to('/lineage/:trait', { trait: name });
              return <List.Item>{link(text, false, route, () => openTrait(name))}</List.Item>;
            }}
          />
        )}
      </Card>
    </Flex>
  );
}
