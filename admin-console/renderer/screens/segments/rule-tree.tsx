// A rule as groups of conditions within one another: all of these, any of these, or none; moved and taken away by buttons, so that the keyboard alone does.

import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Card, Dropdown, Flex, Space, Tooltip } from 'antd';
import { space } from '../../design/design.ts';
import { Segmented } from '../../parts/segmented.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { ConditionFields, type Levels } from './condition.tsx';
import { begun, changed, type GroupItem, group, type Item, isGroup, type LeafKind } from './rule.ts';
import { kindWords, fieldWords as words } from './rule-words.ts';
import type { Names } from './segment-api.ts';

/** Groups within groups: the node refuses deeper ones. */
const deepest = 6;

export function RuleTree({
  root,
  names,
  levels,
  onChange,
}: {
  root: GroupItem;
  names: Names;
  levels: Levels;
  onChange(root: GroupItem): void;
}) {
  const put = (id: string, change: (item: Item) => Item | undefined) => onChange(changed(root, id, change));
  return <Group item={root} depth={0} names={names} levels={levels} put={put} />;
}

type Put = (id: string, change: (item: Item) => Item | undefined) => void;
type Shared = { names: Names; levels: Levels; put: Put };

function Group({ item, depth, move, ...shared }: { item: GroupItem; depth: number; move?: Move } & Shared) {
  const say = useSay();
  const { put } = shared;
  const add = (one: Item) => put(item.id, (own) => (isGroup(own) ? { ...own, items: [...own.items, one] } : own));
  const moved = (at: number, by: -1 | 1) =>
    put(item.id, (own) => {
      const one = isGroup(own) ? own.items[at] : undefined;
      if (!isGroup(own) || !one) return own;
      return { ...own, items: own.items.toSpliced(at, 1).toSpliced(at + by, 0, one) };
    });
  return (
    <Card
      size="small"
      role="group"
      aria-label={say(words.group)}
      variant={depth === 0 ? 'borderless' : 'outlined'}
      style={{ boxShadow: 'none' }}
      styles={{ body: { padding: depth === 0 ? 0 : space.small + space.hair } }}
    >
      <Flex vertical gap={space.small}>
        <Flex justify="space-between" gap={space.small} wrap>
          <Segmented<'and' | 'or'>
            aria-label={say(words.how)}
            value={item.join}
            onChange={(join) => put(item.id, (own) => (isGroup(own) ? { ...own, join } : own))}
            options={[
              { value: 'and', label: say(words.all) },
              { value: 'or', label: say(words.any) },
            ]}
          />
          {depth > 0 && <Around item={item} put={put} {...(move && { move })} />}
        </Flex>
        {item.items.length === 0 && <Text type="secondary">{say(words.empty)}</Text>}
        {item.items.map((one, at) => {
          const may: Move = {
            ...(at > 0 && { up: () => moved(at, -1) }),
            ...(at < item.items.length - 1 && { down: () => moved(at, 1) }),
          };
          return isGroup(one) ? (
            <Group key={one.id} item={one} depth={depth + 1} move={may} {...shared} />
          ) : (
            <Flex
              key={one.id}
              role="group"
              aria-label={say(words.condition, { n: at + 1 })}
              gap={space.small}
              align="start"
              justify="space-between"
            >
              <Flex gap={space.small} wrap align="center" style={{ minWidth: 0 }}>
                <ConditionFields
                  leaf={one.leaf}
                  names={shared.names}
                  levels={shared.levels}
                  onChange={(leaf) => put(one.id, (own) => (isGroup(own) ? own : { ...own, leaf }))}
                />
              </Flex>
              <Around item={one} put={put} move={may} />
            </Flex>
          );
        })}
        <Flex gap={space.small} wrap>
          <Dropdown
            autoFocus
            trigger={['click']}
            menu={{
              items: (Object.keys(kindWords) as LeafKind[]).map((kind) => ({ key: kind, label: say(kindWords[kind]) })),
              onClick: ({ key }) => add(begun(key as LeafKind)),
            }}
          >
            <Button size="small" icon={<PlusOutlined />}>
              {say(words.add)}
            </Button>
          </Dropdown>
          {depth < deepest && (
            <Button
              size="small"
              type="text"
              onClick={() => add(group(item.join === 'and' ? 'or' : 'and', [begun('value'), begun('did')]))}
            >
              {say(words.addGroup)}
            </Button>
          )}
        </Flex>
      </Flex>
    </Card>
  );
}

type Move = { up?: () => void; down?: () => void };

/** What can be done with a condition or a group whatever it says. */
function Around({ item, put, move = {} }: { item: Item; put: Put; move?: Move }) {
  const say = useSay();
  return (
    <Space.Compact size="small">
      <Tooltip title={say(words.notHelp)}>
        <Button
          size="small"
          type={item.negated ? 'primary' : 'default'}
          aria-pressed={item.negated}
          onClick={() => put(item.id, (own) => ({ ...own, negated: !own.negated }))}
        >
          {say(words.not)}
        </Button>
      </Tooltip>
      <Button size="small" icon={<ArrowUpOutlined />} aria-label={say(words.up)} disabled={!move.up} onClick={move.up} />
      <Button size="small" icon={<ArrowDownOutlined />} aria-label={say(words.down)} disabled={!move.down} onClick={move.down} />
      <Button size="small" icon={<DeleteOutlined />} aria-label={say(words.drop)} onClick={() => put(item.id, () => undefined)} />
    </Space.Compact>
  );
}
