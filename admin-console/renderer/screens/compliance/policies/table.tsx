// Who may what: every action by every role, and how each class of data is shown to each; worked out by asking the policies in force.

import { Flex, Input, Select, Table } from 'antd';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { usePurposeName } from '../../../parts/purpose-names.ts';
import { Segmented } from '../../../parts/segmented.tsx';
import { Answer, Nothing } from '../../../parts/states.tsx';
import { Text } from '../../../parts/text.tsx';
import { roleWords } from '../../../words/roles.ts';
import { useSay, type Words } from '../../../words/words.ts';
import { actionName, grouped } from '../action.tsx';
import { classWords, viewWords } from './class-words.ts';
import { PolicyTabs, policiesKey, policyWords } from './tabs.tsx';

const words = {
  actions: { en: 'Actions', zh: '操作' },
  classes: { en: 'What is seen', zh: '数据可见性' },
  action: { en: 'Action', zh: '操作' },
  dataClass: { en: 'Class of data', zh: '数据类别' },
  find: { en: 'Find an action', zh: '查找操作' },
  role: { en: 'Only what this role may', zh: '仅看该角色可执行的操作' },
  none: { en: 'No action fits', zh: '没有符合的操作' },
  yes: { en: 'yes', zh: '可' },
  two: { en: 'two people', zh: '双人' },
  glass: { en: 'behind glass', zh: '紧急' },
  no: { en: '–', zh: '–' },
  noLong: { en: 'no', zh: '不可' },
  purpose: { en: 'for a purpose', zh: '限用途' },
  purposeOf: { en: 'for: {purposes}', zh: '限用途：{purposes}' },
  again: { en: 'proves again who one is first', zh: '须先再次验证身份' },
  legend: {
    en: '“two people”: once somebody else approves. “for a purpose”: while that one is chosen at the top. “behind glass”: while the glass is broken. *: after proving again who one is. Whoever has several roles may what any of them may; a forbidding policy wins.',
    zh: '“双人”：须经他人批准。“限用途”：在页面顶部选择该用途时。“紧急”：启用紧急访问期间。*：须再次验证身份。拥有多个角色者可执行其中任一角色所允许的操作；禁止优先。',
  },
  operator: { en: 'operator', zh: '操作员' },
  loading: { en: 'Thousands of questions are asked; this takes a few seconds.', zh: '正在逐项询问策略，需要数秒。' },
} as const;

export const columns = [...(Object.keys(roleWords) as (keyof typeof roleWords)[]), 'operator'] as const;
export type Column = (typeof columns)[number];
export const columnWords = (column: Column): Words => (column === 'operator' ? words.operator : roleWords[column]);

export type Cell = { may: 'yes' | 'purpose' | 'two' | 'glass' | 'no'; purposes?: string[]; again?: boolean };
type View = keyof typeof viewWords;
export type SightCell = { view: View; purposes?: { [purpose: string]: View }; glass?: View };
type Row = { key: string; group?: Words; action?: string; cells?: { [column: string]: Cell } };

export const useWhoMayWhat = () =>
  useQuery({ queryKey: [...policiesKey, 'table'], queryFn: () => unwrap(api.GET('/api/policies/table')), staleTime: 300_000 });

export default function WhoMayWhat() {
  const say = useSay();
  const [params, setParams] = useSearchParams();
  const which = params.get('of') === 'classes' ? 'classes' : 'actions';
  const asked = useWhoMayWhat();
  return (
    <Page title={policyWords.title} about={policyWords.about}>
      <PolicyTabs at="/policies/table">
        <Flex vertical gap={space.medium}>
          <Flex gap={space.medium} align="center" wrap>
            <Segmented
              value={which}
              onChange={(next) => setParams(next === 'classes' ? { of: 'classes' } : {}, { replace: true })}
              options={(['actions', 'classes'] as const).map((value) => ({ value, label: say(words[value]) }))}
            />
          </Flex>
          {asked.isPending && <Text type="secondary">{say(words.loading)}</Text>}
          <Answer of={asked} rows={10}>
            {({ actions, classes }) => (which === 'actions' ? <Actions of={actions} /> : <Classes of={classes} />)}
          </Answer>
        </Flex>
      </PolicyTabs>
    </Page>
  );
}

function Actions({ of }: { of: readonly { action: string; cells: { [column: string]: Cell } }[] }) {
  const say = useSay();
  const [sought, setSought] = useState('');
  const [role, setRole] = useState<Column>();
  const rows = useMemo(() => {
    const byAction = new Map(of.map(({ action, cells }) => [action, cells]));
    const find = sought.trim().toLowerCase();
    const fits = (action: string) => {
      const name = actionName(action);
      if (role && (byAction.get(action)?.[role]?.may ?? 'no') === 'no') return false;
      return find === '' || `${action} ${name?.en ?? ''} ${name?.zh ?? ''}`.toLowerCase().includes(find);
    };
    return grouped(of.map(({ action }) => action)).flatMap(({ name, actions }): Row[] => {
      const own = actions.filter(fits);
      if (own.length === 0) return [];
      return [
        { key: `# ${name.en}`, group: name },
        ...own.map((action) => ({ key: action, action, cells: byAction.get(action)! })),
      ];
    });
  }, [of, sought, role]);
  const shown = role ? [role] : columns;
  return (
    <>
      <Flex gap={space.small} wrap>
        <Input.Search
          aria-label={say(words.find)}
          placeholder={say(words.find)}
          allowClear
          value={sought}
          onChange={({ target }) => setSought(target.value)}
          style={{ width: 260 }}
        />
        <Select<Column>
          aria-label={say(words.role)}
          placeholder={say(words.role)}
          allowClear
          value={role ?? null}
          onChange={(next) => setRole(next ?? undefined)}
          options={columns.map((value) => ({ value, label: say(columnWords(value)) }))}
          style={{ minWidth: 240 }}
        />
      </Flex>
      {rows.length === 0 ? (
        <Nothing what={words.none} />
      ) : (
        <Table<Row>
          rowKey="key"
          size="small"
          virtual
          pagination={false}
          scroll={{ x: 240 + 104 * shown.length, y: 480 }}
          dataSource={rows}
          columns={[
            {
              title: say(words.action),
              width: 240,
              fixed: 'start',
              render: (_, { group, action = '' }) =>
                group ? (
                  <Text strong>{say(group)}</Text>
                ) : (
                  <span title={action}>{say(actionName(action) ?? { en: action, zh: action })}</span>
                ),
            },
            ...shown.map((column) => ({
              key: column,
              title: say(columnWords(column)),
              width: 104,
              render: (_: unknown, { cells }: Row) => cells && <May of={cells[column] ?? { may: 'no' }} />,
            })),
          ]}
        />
      )}
      <Text type="secondary">{say(words.legend)}</Text>
    </>
  );
}

const tones = { yes: 'good', purpose: 'note', two: 'wait', glass: 'wait', no: undefined } as const;

export function May({ of: { may, purposes = [], again } }: { of: Cell }) {
  const say = useSay();
  const nameOf = usePurposeName();
  if (may === 'no') return <span title={say(words.noLong)}>{say(words.no)}</span>;
  const more = [
    ...(purposes.length > 0 ? [say(words.purposeOf, { purposes: purposes.map(nameOf).join(', ') })] : []),
    ...(again ? [say(words.again)] : []),
  ];
  return (
    <span title={more.join('; ') || undefined}>
      <Mark tone={tones[may]}>{`${say(words[may])}${again ? ' *' : ''}`}</Mark>
    </span>
  );
}

export function Sight({ of: { view, purposes = {}, glass } }: { of: SightCell }) {
  const say = useSay();
  const nameOf = usePurposeName();
  return (
    <Flex vertical>
      <span>{say(viewWords[view])}</span>
      {Object.entries(purposes).map(([purpose, seen]) => (
        <Text key={purpose} type="secondary">
          {say(viewWords[seen])} · {nameOf(purpose)}
        </Text>
      ))}
      {glass && (
        <Text type="secondary">
          {say(viewWords[glass])} · {say(words.glass)}
        </Text>
      )}
    </Flex>
  );
}

export const className = (dataClass: string): Words =>
  (classWords as { readonly [dataClass: string]: Words })[dataClass] ?? { en: dataClass, zh: dataClass };

function Classes({ of }: { of: readonly { dataClass: string; cells: { [column: string]: SightCell } }[] }) {
  const say = useSay();
  return (
    <Table
      rowKey="dataClass"
      size="small"
      pagination={false}
      scroll={{ x: 1_080 }}
      dataSource={[...of]}
      columns={[
        {
          title: say(words.dataClass),
          width: 120,
          fixed: 'start',
          render: (_, { dataClass }) => say(className(dataClass)),
        },
        ...columns.map((column) => ({
          key: column,
          title: say(columnWords(column)),
          width: 120,
          render: (_: unknown, { cells }: (typeof of)[number]) => cells[column] && <Sight of={cells[column]} />,
        })),
      ]}
    />
  );
}
