// The two sides of a mapping: the columns of the file, each with some of its values and its meaning, and the meanings to drop them on.

import { CloseOutlined, HolderOutlined } from '@ant-design/icons';
import { useDraggable, useDroppable } from '@dnd-kit/core';
import { Button, Flex, Select, Typography } from 'antd';
import { useContext, useMemo } from 'react';
import { palettes, space, tones } from '../../design/design.ts';
import { ModeContext } from '../../parts/settings.ts';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import type { Shape } from './import-reading.ts';
import { cellText } from './import-sample.tsx';
import { groups, isKnownTarget, type Mapping, ownName, type Target, targetWords } from './import-targets.ts';

const words = {
  meaning: { en: 'Meaning of {column}', zh: '{column} 的含义' },
  leave: { en: 'Leave out', zh: '不导入' },
  ownTrait: { en: 'A field of the customer, by its own name', zh: '客户的自定义字段' },
  ownProperty: { en: 'A property of the event, by its own name', zh: '事件的自定义属性' },
  own: { en: 'By its own name', zh: '沿用原名' },
  drag: { en: 'Drag {column}', zh: '拖动 {column}' },
  free: { en: 'Leave {column} out', zh: '不导入 {column}' },
  noValue: { en: 'no value in the first rows', zh: '前几行无取值' },
} as const;

const left = '';
const valuesShown = 3;
/** Drawn at once: a wider table is a table of something else, and its further columns keep what was suggested. */
const columnsShown = 200;

type ListProps = { shape: Shape; mapping: Mapping; change(column: string, to: string | undefined): void };

export function ColumnList({ shape, mapping, change }: ListProps) {
  return (
    <Flex vertical gap={space.small}>
      {shape.header.slice(0, columnsShown).map((column, at) => (
        <Column
          key={column}
          column={column}
          values={shape.sample.map(({ cells }) => cellText(cells[at])).filter((text) => text.trim() !== '')}
          to={mapping.columns[column]}
          change={(to) => change(column, to)}
        />
      ))}
    </Flex>
  );
}

type ColumnProps = { column: string; values: readonly string[]; to: string | undefined; change(to: string | undefined): void };

function Column({ column, values, to, change }: ColumnProps) {
  const say = useSay();
  const { dark } = useContext(ModeContext);
  const palette = palettes[dark ? 'dark' : 'light'];
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, isDragging } = useDraggable({ id: column });
  const options = useOptions(column, to);
  return (
    <Flex
      ref={setNodeRef}
      align="center"
      gap={space.small}
      style={{
        padding: space.small,
        background: palette.ground,
        border: `1px solid ${isDragging ? palette.series[0] : palette.line}`,
        borderRadius: 6,
        ...(transform && { transform: `translate(${transform.x}px, ${transform.y}px)`, position: 'relative', zIndex: 5 }),
      }}
    >
      <Button
        {...attributes}
        {...listeners}
        ref={setActivatorNodeRef}
        type="text"
        size="small"
        icon={<HolderOutlined />}
        aria-label={say(words.drag, { column })}
        style={{ cursor: 'grab', touchAction: 'none' }}
      />
      <div style={{ flex: 1, minWidth: 0 }}>
        <Typography.Text strong ellipsis style={{ display: 'block' }}>
          {column}
        </Typography.Text>
        <Typography.Text type="secondary" ellipsis style={{ display: 'block' }}>
          {values.length === 0 ? say(words.noValue) : [...new Set(values)].slice(0, valuesShown).join(' · ')}
        </Typography.Text>
      </div>
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        style={{ width: 220 }}
        aria-label={say(words.meaning, { column })}
        value={to ?? left}
        onChange={(next) => change(next === left ? undefined : next)}
        options={options}
      />
    </Flex>
  );
}

function useOptions(column: string, to: string | undefined) {
  const say = useSay();
  return useMemo(() => {
    const own = ownName(column);
    const named = [
      { value: `traits.${own}`, label: say(words.ownTrait) },
      { value: `properties.${own}`, label: say(words.ownProperty) },
    ].filter(({ value }) => !isKnownTarget(value));
    if (to !== undefined && !isKnownTarget(to) && !named.some(({ value }) => value === to))
      named.push({ value: to, label: say(targetWords(to)) });
    return [
      { value: left, label: say(words.leave) },
      ...groups.map(({ name, targets }) => ({
        label: say(name),
        options: targets.map((target) => ({ value: target.to, label: say(target.name) })),
      })),
      { label: say(words.own), options: named },
    ];
  }, [say, column, to]);
}

export function TargetBoard({ mapping, free }: { mapping: Mapping; free(column: string): void }) {
  const say = useSay();
  const holders = new Map(Object.entries(mapping.columns).flatMap(([column, to]) => (to === undefined ? [] : [[to, column]])));
  return (
    <Flex vertical gap={space.medium}>
      {groups.map(({ key, name, targets }) => (
        <section key={key}>
          <Text strong>{say(name)}</Text>
          <Flex gap={space.small} wrap style={{ marginTop: space.hair }}>
            {targets.map((target) => (
              <Place key={target.to} target={target} held={holders.get(target.to)} free={free} />
            ))}
          </Flex>
        </section>
      ))}
    </Flex>
  );
}

function Place({ target, held, free }: { target: Target; held: string | undefined; free(column: string): void }) {
  const say = useSay();
  const { dark } = useContext(ModeContext);
  const mode = dark ? 'dark' : 'light';
  const palette = palettes[mode];
  const { setNodeRef, isOver } = useDroppable({ id: target.to });
  const [ink, ground] = held === undefined ? [palette.text, 'transparent'] : tones.good[mode];
  return (
    <Flex
      ref={setNodeRef}
      align="center"
      gap={space.hair}
      data-target={target.to}
      data-over={isOver || undefined}
      style={{
        minHeight: 28,
        maxWidth: '100%',
        padding: `0 ${space.small}px`,
        color: ink,
        background: ground,
        border: `1px ${held === undefined ? 'dashed' : 'solid'} ${isOver ? palette.series[0] : palette.line}`,
        outline: isOver ? `2px solid ${palette.series[0]}` : 'none',
        borderRadius: 6,
      }}
    >
      <span>{say(target.name)}</span>
      {held !== undefined && (
        <>
          <span className="hf-break">← {held}</span>
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={say(words.free, { column: held })}
            onClick={() => free(held)}
          />
        </>
      )}
    </Flex>
  );
}
