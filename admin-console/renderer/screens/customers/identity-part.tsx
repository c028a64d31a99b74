// Which records are this customer and what joined them, as a graph and as a list that says the same; what would have joined but was refused; what was
// decided, to be taken back; and records split off, looked at before it is done.

import type { Edge, Node } from '@xyflow/react';
import { Flex, Typography } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { space } from '../../design/design.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Loading } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useSay } from '../../words/words.ts';
import { Decisions } from './decisions.tsx';
import { fieldWords } from './field-words.ts';
import { type Identity, type Profile, useIdentity } from './profile.ts';
import { SplitOff } from './split-off.tsx';

const Graph = lazy(async () => ({ default: (await import('../../parts/graph.tsx')).Graph }));

const words = {
  title: { en: 'How the records were joined', zh: '记录如何关联' },
  help: {
    en: 'A record is what one source or one device says about somebody. Records with the same identifier are one customer as far as the rule of its kind allows; a decision by a person goes before all of that.',
    zh: '一条记录是一个来源或设备对某人的描述。标识相同的记录按该类标识的规则视为同一客户；人工判定优先于一切。',
  },
  graph: {
    en: '{count} records, {joins} joins; the list below says the same',
    zh: '{count} 条记录、{joins} 处关联；下方列表内容相同',
  },
  identifiers: { en: 'Identifiers', zh: '标识' },
  kind: { en: 'Kind', zh: '类型' },
  value: { en: 'Value', zh: '取值' },
  source: { en: 'Source', zh: '来源' },
  records: { en: 'Records', zh: '记录' },
  last: { en: 'Last seen', zh: '最近出现' },
  none: { en: 'No identifier', zh: '没有标识' },
  decision: { en: 'decision {id}', zh: '判定 {id}' },
  joined: { en: '{left} and {right}: {by}', zh: '{left} 与 {right}：{by}' },
  alone: { en: 'One record, nothing to join.', zh: '只有一条记录，无需关联。' },
  refused: { en: 'Not joined, though they share it', zh: '虽有相同标识但未关联' },
  others: { en: 'other customer', zh: '其他客户' },
  device: { en: 'device', zh: '设备' },
} as const;

type Why = Identity['joinedBy'][number];

export function IdentityPart({ profile }: { profile: Profile }) {
  const say = useSay();
  const may = useMay();
  const asked = useIdentity(profile.id);
  const [picked, setPicked] = useState<readonly number[]>([]);
  const choosing = may('identity.unmerge') && may('identity.preview') && profile.records.length > 1;
  return (
    <Flex vertical gap={space.medium}>
      <Flex align="center" gap={space.hair}>
        <Title name={say(words.title)} />
        <Help about={words.help} />
      </Flex>
      <Answer of={asked}>
        {(identity) => (
          <>
            <Joins profile={profile} identity={identity} />
            {choosing && <SplitOff profile={profile} picked={picked} pick={setPicked} />}
            <Refused identity={identity} />
            <Decisions of={identity.decisions} />
          </>
        )}
      </Answer>
      <Title name={say(words.identifiers)} />
      <Identifiers profile={profile} />
    </Flex>
  );
}

const Title = ({ name }: { name: string }) => (
  <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
    {name}
  </Typography.Title>
);

/** What joined two records, in a few words. */
function useBy(): (why: Why) => string {
  const say = useSay();
  return ({ identifier, decisionId }) =>
    identifier ? `${say(fieldWords(identifier.kind))} ${identifier.value}` : say(words.decision, { id: String(decisionId) });
}

const step = { x: 210, y: 100 } as const;

/** Records in rows: one, below it those that it was joined with, and so on. */
function placesOf(records: Profile['records'], joinedBy: readonly Why[]): Map<number, { x: number; y: number }> {
  const places = new Map<number, { x: number; y: number }>();
  const rows: number[] = [];
  const put = (id: number, row: number) => {
    if (places.has(id)) return;
    const column = rows[row] ?? 0;
    rows[row] = column + 1;
    places.set(id, { x: column * step.x, y: row * step.y });
    for (const { leftRecord, rightRecord } of joinedBy) {
      if (leftRecord === id) put(rightRecord, row + 1);
      if (rightRecord === id) put(leftRecord, row + 1);
    }
  };
  for (const { recordId } of records) put(recordId, 0);
  return places;
}

function Joins({ profile: { records }, identity: { joinedBy } }: { profile: Profile; identity: Identity }) {
  const say = useSay();
  const by = useBy();
  const { nodes, edges } = useMemo(() => {
    const places = placesOf(records, joinedBy);
    const lower = (one: number, two: number) => places.get(one)!.y > places.get(two)!.y;
    const made: { nodes: Node[]; edges: Edge[] } = {
      nodes: records.map(({ recordId, source, known, events }) => ({
        id: String(recordId),
        position: places.get(recordId)!,
        data: { label: `${source} ${known ? '' : `(${say(words.device)}) `}· ${recordId} · ${events}` },
      })),
      edges: joinedBy.map((why) => ({
        id: `${why.leftRecord} ${why.rightRecord}`,
        source: String(lower(why.leftRecord, why.rightRecord) ? why.rightRecord : why.leftRecord),
        target: String(lower(why.leftRecord, why.rightRecord) ? why.leftRecord : why.rightRecord),
        label: by(why),
      })),
    };
    return made;
  }, [records, joinedBy, by, say]);
  if (records.length < 2) return <Text type="secondary">{say(words.alone)}</Text>;
  return (
    <>
      <Suspense fallback={<Loading />}>
        <Graph
          nodes={nodes}
          edges={edges}
          height={280}
          label={say(words.graph, { count: records.length, joins: joinedBy.length })}
        />
      </Suspense>
      <ul style={{ margin: 0, paddingInlineStart: space.large }}>
        {joinedBy.map((why) => (
          <li key={`${why.leftRecord} ${why.rightRecord}`} className="hf-break">
            {say(words.joined, { left: String(why.leftRecord), right: String(why.rightRecord), by: by(why) })}
          </li>
        ))}
      </ul>
    </>
  );
}

function Refused({ identity: { refused } }: { identity: Identity }) {
  const say = useSay();
  const by = useBy();
  if (refused.length === 0) return null;
  return (
    <>
      <Title name={say(words.refused)} />
      <ul style={{ margin: 0, paddingInlineStart: space.large }}>
        {refused.map((why) => (
          <li key={`${why.leftRecord} ${why.rightRecord} ${why.identifier?.kind}`} className="hf-break">
            {say(words.joined, { left: String(why.leftRecord), right: String(why.rightRecord), by: by(why) })}{' '}
            {why.otherPersons.map((other) => (
              <Link key={other} href={to('/customers/:id', { id: other })}>
                {say(words.others)} {other}
              </Link>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

function Identifiers({ profile: { identifiers } }: { profile: Profile }) {
  const say = useSay();
  return (
    <Rows
      none={words.none}
      rowKey={({ kind, value, source = '' }) => `${kind} ${value} ${source}`}
      dataSource={identifiers}
      columns={[
        { title: say(words.kind), render: (_, { kind }) => say(fieldWords(kind)) },
        { title: say(words.value), render: (_, { value }) => <span className="hf-break">{value}</span> },
        { title: say(words.source), render: (_, { source }) => source !== undefined && <Mark>{source}</Mark> },
        { title: say(words.records), render: (_, { records }) => records.join(', ') },
        { title: say(words.last), render: (_, { lastAtMs }) => <When atMs={lastAtMs} /> },
      ]}
    />
  );
}
