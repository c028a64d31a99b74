// What the columns of a file mean: each is dragged to its meaning, or chosen from a list, by keyboard too. The node suggests by names in both
// languages and by values; what the source's dictionary says of these names comes first.

import { DndContext, KeyboardSensor, MouseSensor, TouchSensor, useSensor, useSensors } from '@dnd-kit/core';
import { Alert, Card, Flex, Input } from 'antd';
import { useEffect } from 'react';
import { api, isFault, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Segmented } from '../../parts/segmented.tsx';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay, type Words } from '../../words/words.ts';
import type { ImportSource } from './import.tsx';
import { useAnnouncements } from './import-announcements.ts';
import { ColumnList, TargetBoard } from './import-board.tsx';
import { SaveMapping } from './import-dictionary.tsx';
import { fromMeaningToMeaning, overWhat } from './import-drag.ts';
import type { Shape } from './import-reading.ts';
import { cellText } from './import-sample.tsx';
import { assign, fromDictionary, type Lack, lackOf, type Mapping } from './import-targets.ts';

const words = {
  rows: { en: 'Each row is', zh: '每行表示' },
  identify: { en: 'a customer', zh: '一位客户' },
  track: { en: 'something a customer did', zh: '一次客户行为' },
  eventName: { en: 'What happened in every row', zh: '所有行的事件名称' },
  eventPlace: { en: 'such as Order Completed', zh: '例如：完成订单' },
  about: {
    en: 'Suggested from names and values. Drag a column to what it means, or choose from the list beside it.',
    zh: '已按列名与取值给出建议。可将列拖到对应含义，或从旁边的列表中选择。',
  },
} as const;
const lacks: { readonly [lack in Lack]: Words } = {
  nothing: { en: 'No column has a meaning yet.', zh: '尚未为任何列指定含义。' },
  who: {
    en: 'No column says who a row is about. Choose one for the customer id, the phone or another identifier.',
    zh: '没有列说明该行属于哪位客户。请为客户编号、手机号或其他标识指定一列。',
  },
  name: {
    en: 'Say what happened: by a column, or one name for all rows.',
    zh: '请指定事件名称：选择一列，或为所有行填写同一名称。',
  },
};

const sampleValues = 50;

/** What the dictionary of the source says first, then what the node recognises. */
function useSuggestion(shape: Shape, source: ImportSource, wanted: boolean) {
  return useQuery({
    queryKey: ['imports', 'suggestion', source.id, shape.fingerprint, shape.encoding, shape.delimiter, shape.hasHeader],
    enabled: wanted,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<Mapping> => {
      const columns = shape.header.map((name, at) => ({
        name,
        values: shape.sample.slice(0, sampleValues).map(({ cells }) => cellText(cells[at]).slice(0, 200)),
      }));
      const [found, dictionary] = await Promise.all([
        unwrap(api.POST('/api/imports/recognise', { body: { columns }, signal })),
        dictionaryOf(source.id),
      ]);
      const said = fromDictionary(dictionary, shape.header);
      const rows = found.kind === 'track' ? 'track' : 'identify';
      const mapping: Mapping = { columns: {}, rows, eventName: '' };
      const suggested = found.columns.map(({ name, to: [to] }) => [name, said[name] ?? to] as const);
      return suggested.reduce((so, [column, to]) => assign(so, column, to), mapping);
    },
  });
}

async function dictionaryOf(id: number): Promise<{ readonly [name: string]: unknown }> {
  try {
    const { dictionary } = await unwrap(api.GET('/api/sources/{id}/dictionary', { params: { path: { id } } }));
    return dictionary;
  } catch (error) {
    // Whoever may import need not be somebody who may read dictionaries.
    if (isFault(error, 'forbidden')) return {};
    throw error;
  }
}

type Props = { shape: Shape; source: ImportSource; mapping: Mapping | undefined; change(mapping: Mapping): void };

export function MapColumns({ shape, source, mapping, change }: Props) {
  const suggestion = useSuggestion(shape, source, mapping === undefined);
  const { data } = suggestion;
  useEffect(() => {
    if (mapping === undefined && data) change(data);
  }, [mapping, data, change]);
  if (mapping) return <Board shape={shape} source={source} mapping={mapping} change={change} />;
  return <Answer of={suggestion}>{() => null}</Answer>;
}

function Board({ shape, source, mapping, change }: Props & { mapping: Mapping }) {
  const say = useSay();
  const accessibility = useAnnouncements();
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 4 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 150, tolerance: 8 } }),
    // At once: dropped while the page still moves, a column would lie on nothing.
    useSensor(KeyboardSensor, { coordinateGetter: fromMeaningToMeaning, scrollBehavior: 'auto' }),
  );
  const lack = lackOf(mapping);
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={overWhat}
      accessibility={accessibility}
      onDragEnd={({ active, over }) => {
        if (over) change(assign(mapping, String(active.id), String(over.id)));
      }}
    >
      <Kinds mapping={mapping} change={change} />
      <Flex justify="space-between" align="center" gap={space.small} wrap style={{ marginBlock: space.medium }}>
        <Text type="secondary">{say(words.about)}</Text>
        <SaveMapping source={source} mapping={mapping} />
      </Flex>
      {lack && <Alert type="info" showIcon title={say(lacks[lack])} style={{ marginBottom: space.medium }} />}
      <Flex gap={space.medium} align="start" wrap>
        <div style={{ flex: '1 1 420px', minWidth: 0 }}>
          <ColumnList shape={shape} mapping={mapping} change={(column, to) => change(assign(mapping, column, to))} />
        </div>
        <Card size="small" style={{ flex: '1 1 320px', position: 'sticky', top: space.medium }}>
          <TargetBoard mapping={mapping} free={(column) => change(assign(mapping, column, undefined))} />
        </Card>
      </Flex>
    </DndContext>
  );
}

function Kinds({ mapping, change }: { mapping: Mapping; change(mapping: Mapping): void }) {
  const say = useSay();
  const named = Object.values(mapping.columns).includes('name');
  return (
    <Flex gap={space.medium} align="center" wrap>
      <Text>{say(words.rows)}</Text>
      <Segmented<Mapping['rows']>
        aria-label={say(words.rows)}
        value={mapping.rows}
        onChange={(rows) => change({ ...mapping, rows })}
        options={[
          { value: 'identify', label: say(words.identify) },
          { value: 'track', label: say(words.track) },
        ]}
      />
      {mapping.rows === 'track' && !named && (
        <Input
          style={{ width: 280 }}
          aria-label={say(words.eventName)}
          placeholder={`${say(words.eventName)}: ${say(words.eventPlace)}`}
          maxLength={200}
          value={mapping.eventName}
          onChange={({ target }) => change({ ...mapping, eventName: target.value })}
        />
      )}
    </Flex>
  );
}
