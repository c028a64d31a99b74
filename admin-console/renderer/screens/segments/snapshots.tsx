// Who was in a segment at a moment, kept to be compared: taken under a name, two set beside one another as a picture and in figures, and taken away.

import { CameraOutlined } from '@ant-design/icons';
import { Alert, Flex, Form, Input, Statistic } from 'antd';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { useNameOf } from '../compliance/who.tsx';
import { type Segment, segmentsKey } from './segment-api.ts';

const words = {
  about: {
    en: 'Keep who is in it now, for comparing after a campaign. Choose two to compare.',
    zh: '保存当前成员，以便在活动后比较。选择两个快照即可比较。',
  },
  take: { en: 'Take a snapshot', zh: '留存快照' },
  name: { en: 'Name', zh: '名称' },
  needed: { en: 'Needed', zh: '必填' },
  none: { en: 'No snapshot yet', zh: '还没有快照' },
  noneNext: { en: 'Take one before a campaign, and another after it.', zh: '可在活动前后各留存一次。' },
  made: { en: 'Taken', zh: '留存时间' },
  by: { en: 'By', zh: '操作人' },
  version: { en: 'Rule version', zh: '规则版本' },
  members: { en: 'Members', zh: '成员' },
  remove: { en: 'Delete', zh: '删除' },
  removeAbout: {
    en: 'The snapshot cannot be made again: it is of a moment that is past.',
    zh: '快照记录的是过去的时刻，删除后无法重建。',
  },
  choose: { en: 'Choose {name}', zh: '选择 {name}' },
  compared: { en: 'From {from} to {to}', zh: '从 {from} 到 {to}' },
  entered: { en: 'Entered', zh: '进入' },
  left: { en: 'Left', zh: '离开' },
  stayed: { en: 'Stayed', zh: '保留' },
  kept: { en: '{share} of those who were in it stayed.', zh: '原成员中有 {share} 保留。' },
  versions: {
    en: 'The rule changed between the two, so part of this is the rule and not the customers.',
    zh: '两次快照之间规则有变更，差异部分来自规则而非客户。',
  },
} as const;

export function Snapshots({ segment }: { segment: Segment }) {
  const say = useSay();
  const formats = useFormats();
  const may = useMay();
  const actorOf = useNameOf();
  const [search, setSearch] = useSearchParams();
  const key = [...segmentsKey, 'snapshots', segment.id];
  const asked = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => unwrap(api.GET('/api/segments/snapshots', { params: { query: { segment: segment.id } }, signal })),
  });
  const chosen = (search.get('compare') ?? '').split(',').filter(Boolean).map(Number).slice(-2);
  const choose = (ids: readonly number[]) =>
    setSearch({ tab: 'snapshots', ...(ids.length > 0 && { compare: ids.slice(-2).join(',') }) }, { replace: true });
  return (
    <Flex vertical gap={space.medium}>
      <Flex justify="space-between" gap={space.small} wrap>
        <Text type="secondary">{say(words.about)}</Text>
        {may('segment.snapshot') && (
          <Act<{ name: string }>
            type="primary"
            name={words.take}
            icon={<CameraOutlined />}
            refresh={[key]}
            fields={
              <Form.Item
                name="name"
                label={say(words.name)}
                rules={[{ required: true, whitespace: true, message: say(words.needed) }]}
              >
                <Input autoFocus maxLength={100} />
              </Form.Item>
            }
            act={({ name }) =>
              unwrap(
                api.POST('/api/segments/{segment}/snapshots', {
                  params: { path: { segment: segment.id } },
                  body: { name: name.trim() },
                }),
              )
            }
          />
        )}
      </Flex>
      <Answer of={asked}>
        {({ snapshots }) => {
          const both = chosen.filter((id) => snapshots.some((one) => one.id === id));
          return (
            <>
              {both.length === 2 && <Comparison ids={both} />}
              <Rows
                none={words.none}
                next={words.noneNext}
                rowKey="id"
                scroll={{}}
                dataSource={snapshots}
                rowSelection={{
                  selectedRowKeys: both,
                  hideSelectAll: true,
                  onChange: (keys) => choose(keys.map(Number)),
                  getTitleCheckboxProps: () => ({ 'aria-label': say(words.choose, { name: '' }) }),
                  getCheckboxProps: ({ name }) => ({ 'aria-label': say(words.choose, { name }) }),
                }}
                columns={[
                  { title: say(words.name), render: (_, { name }) => <span className="hf-break">{name}</span> },
                  { title: say(words.members), align: 'right', render: (_, { members }) => formats.number(members) },
                  { title: say(words.made), render: (_, { madeAtMs }) => <When atMs={madeAtMs} /> },
                  { title: say(words.by), render: (_, { by }) => actorOf(by) },
                  { title: say(words.version), align: 'right', render: (_, { version }) => formats.number(version) },
                  ...(may('segment.snapshot')
                    ? [
                        {
                          key: 'remove',
                          render: (_: unknown, { id }: { id: number }) => (
                            <Act<object>
                              size="small"
                              danger
                              name={words.remove}
                              about={words.removeAbout}
                              refresh={[key]}
                              act={() =>
                                unwrap(api.DELETE('/api/segments/snapshots/{snapshot}', { params: { path: { snapshot: id } } }))
                              }
                            />
                          ),
                        },
                      ]
                    : []),
                ]}
              />
            </>
          );
        }}
      </Answer>
    </Flex>
  );
}

function Comparison({ ids }: { ids: readonly number[] }) {
  const say = useSay();
  const formats = useFormats();
  const [from, to] = ids.toSorted((a, b) => a - b) as [number, number];
  const asked = useQuery({
    queryKey: [...segmentsKey, 'compare', from, to],
    queryFn: ({ signal }) => unwrap(api.GET('/api/segments/snapshots/compare', { params: { query: { from, to } }, signal })),
  });
  return (
    <Answer of={asked} rows={2}>
      {({ from: before, to: after, entered, left, stayed }) => (
        <Flex vertical gap={space.small} role="status">
          <Text strong>{say(words.compared, { from: before.name, to: after.name })}</Text>
          <Flex gap={space.large * 2} wrap>
            <Statistic title={say(words.stayed)} value={formats.number(stayed)} />
            <Statistic title={say(words.entered)} value={formats.number(entered)} prefix="+" />
            <Statistic title={say(words.left)} value={formats.number(left)} prefix="−" />
          </Flex>
          {before.members > 0 && <Text>{say(words.kept, { share: formats.percent(stayed / before.members) })}</Text>}
          {before.version !== after.version && <Alert type="warning" showIcon title={say(words.versions)} />}
        </Flex>
      )}
    </Answer>
  );
}
