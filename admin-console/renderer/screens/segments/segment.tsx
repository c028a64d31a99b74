// One segment: its rule in words, how it grew and what its members bought, who is in it and why, who comes and goes, what was kept of it, its versions,
// and the way out of the node for its members.

import { DeleteOutlined, EditOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Descriptions, Flex, Tabs, Typography } from 'antd';
import { useLocation, useParams, useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { Page } from '../../parts/page.tsx';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import { useNameOf } from '../compliance/who.tsx';
import { Changes } from './changes.tsx';
import { Export } from './export.tsx';
import { Growth } from './growth.tsx';
import { Members } from './members.tsx';
import { type Segment, segmentKey, segmentsKey, useSegment, useSegmentName, useSegments } from './segment-api.ts';
import { State } from './segments.tsx';
import { Sentence } from './sentence.tsx';
import { Snapshots } from './snapshots.tsx';
import { Versions } from './versions.tsx';

const words = {
  edit: { en: 'Change', zh: '更改' },
  remove: { en: 'Delete', zh: '删除' },
  removeAbout: {
    en: 'The segment, its versions and its snapshots go. What was sent to its members before stays sent.',
    zh: '人群及其版本、快照将被删除；此前已发送的内容不受影响。',
  },
  needs: {
    en: 'Other segments ask for it, so that it cannot be deleted: {names}',
    zh: '以下人群引用了它，因此不能删除：{names}',
  },
  removed: { en: '{name} is deleted.', zh: '{name} 已删除。' },
  undo: { en: 'Undo', zh: '撤销' },
  restored: {
    en: 'It is back, without its snapshots. Everybody is being asked.',
    zh: '已恢复（不含快照），正在逐一核对全部客户。',
  },
  overview: { en: 'Overview', zh: '概览' },
  members: { en: 'Members', zh: '成员' },
  changes: { en: 'Entering and leaving', zh: '进入与离开' },
  snapshots: { en: 'Snapshots', zh: '快照' },
  versions: { en: 'Versions', zh: '版本' },
  export: { en: 'Export', zh: '导出' },
  size: { en: 'Members', zh: '成员数' },
  ofAll: { en: '{n} of {of} ({share})', zh: '{n} / {of}（{share}）' },
  purpose: { en: 'Purpose', zh: '用途' },
  state: { en: 'State', zh: '状态' },
  made: { en: 'Made', zh: '建立' },
  changed: { en: 'Changed', zh: '更改' },
  by: { en: 'by {who}', zh: '由{who}' },
  version: { en: 'version {n}', zh: '第 {n} 版' },
} as const;

export default function SegmentPage() {
  const { id = '' } = useParams<{ id: string }>();
  const asked = useSegment(Number(id));
  return (
    <Answer of={asked} rows={8}>
      {(segment) => <One segment={segment} />}
    </Answer>
  );
}

function One({ segment }: { segment: Segment }) {
  const say = useSay();
  const may = useMay();
  const [, go] = useLocation();
  const nameOf = useSegmentName();
  const [search, setSearch] = useSearchParams();
  const { id } = segment;
  const panes = [
    { key: 'overview', label: say(words.overview), children: <Overview segment={segment} /> },
    ...(may('segment.members') ? [{ key: 'members', label: say(words.members), children: <Members segment={segment} /> }] : []),
    ...(may('segment.changes') ? [{ key: 'changes', label: say(words.changes), children: <Changes segment={id} /> }] : []),
    ...(may('segment.snapshots')
      ? [{ key: 'snapshots', label: say(words.snapshots), children: <Snapshots segment={segment} /> }]
      : []),
    { key: 'versions', label: say(words.versions), children: <Versions segment={segment} /> },
    ...(may('segment.package') ? [{ key: 'export', label: say(words.export), children: <Export segment={segment} /> }] : []),
  ];
  const tab = search.get('tab') ?? 'overview';
  return (
    <Page
      title={nameOf(segment)}
      actions={
        <Flex gap={space.small}>
          {may('segment.change') && (
            <Button icon={<EditOutlined />} onClick={() => go(to('/segments/:id/edit', { id }))}>
              {say(words.edit)}
            </Button>
          )}
          {may('segment.remove') && <Remove segment={segment} />}
        </Flex>
      }
    >
      <Tabs
        activeKey={panes.some(({ key }) => key === tab) ? tab : 'overview'}
        onChange={(key) => setSearch(key === 'overview' ? {} : { tab: key }, { replace: true })}
        destroyOnHidden
        items={panes}
      />
    </Page>
  );
}

function Overview({ segment }: { segment: Segment }) {
  const say = useSay();
  const formats = useFormats();
  const actorOf = useNameOf();
  const purposeOf = usePurposeName();
  const { members, of, author, madeAtMs, changedBy, changedAtMs, version, description, purpose } = segment;
  return (
    <Flex vertical gap={space.medium}>
      <Card size="small">
        <Sentence text={segment.text} />
        {description && (
          <Typography.Paragraph type="secondary" style={{ margin: `${space.small}px 0 0` }}>
            {description}
          </Typography.Paragraph>
        )}
        <Descriptions
          size="small"
          column={{ xs: 1, sm: 2, lg: 3 }}
          style={{ marginTop: space.medium }}
          items={[
            {
              key: 'size',
              label: say(words.size),
              children: say(words.ofAll, { n: members, of, share: formats.percent(of === 0 ? 0 : members / of) }),
            },
            { key: 'purpose', label: say(words.purpose), children: purposeOf(purpose) },
            { key: 'state', label: say(words.state), children: <State segment={segment} /> },
            {
              key: 'made',
              label: say(words.made),
              children: (
                <span>
                  <When atMs={madeAtMs} /> {say(words.by, { who: actorOf(author) })}
                </span>
              ),
            },
            {
              key: 'changed',
              label: say(words.changed),
              children: (
                <span>
                  <When atMs={changedAtMs} /> {say(words.by, { who: actorOf(changedBy) })} · {say(words.version, { n: version })}
                </span>
              ),
            },
          ]}
        />
      </Card>
      <Growth segment={segment} />
    </Flex>
  );
}

/** Whether a rule, however deep, asks for the segment of this name. */
function asksFor(rule: unknown, name: string): boolean {
  if (typeof rule !== 'object' || rule === null) return false;
  if ('kind' in rule && rule.kind === 'segment' && 'name' in rule && rule.name === name) return true;
  return Object.values(rule).some((one) => asksFor(one, name));
}

function Remove({ segment }: { segment: Segment }) {
  const say = useSay();
  const language = useLanguage();
  const may = useMay();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [, go] = useLocation();
  const nameOf = useSegmentName();
  const all = useSegments();
  const { id, name, purpose, when, label, description } = segment;
  const asking = (all.data?.segments ?? []).filter((one) => one.id !== id && asksFor(one.when, name)).map(nameOf);
  const again = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/api/segments', {
          body: { name, purpose, when, ...(label && { label }), ...(description && { description }) },
        }),
      ),
    onSuccess: async (back) => {
      await client.invalidateQueries({ queryKey: segmentsKey });
      void message.success(say(words.restored));
      go(to('/segments/:id', { id: back.id }));
    },
    onError: (error) => void message.error(error.message),
  });
  const gone = () => {
    go('/segments');
    client.removeQueries({ queryKey: segmentKey(id) });
    const key = `removed ${id}`;
    void message.open({
      key,
      type: 'info',
      duration: 12,
      content: (
        <span>
          {say(words.removed, { name: nameOf(segment) })}{' '}
          {may('segment.add') && (
            <Button
              type="link"
              size="small"
              onClick={() => {
                message.destroy(key);
                again.mutate();
              }}
            >
              {say(words.undo)}
            </Button>
          )}
        </span>
      ),
    });
  };
  if (asking.length > 0)
    return (
      <Button
        danger
        icon={<DeleteOutlined />}
        onClick={() => void message.warning(say(words.needs, { names: asking.join(language === 'zh' ? '、' : ', ') }), 6)}
      >
        {say(words.remove)}
      </Button>
    );
  return (
    <Act<object>
      name={words.remove}
      about={words.removeAbout}
      danger
      icon={<DeleteOutlined />}
      refresh={[segmentsKey]}
      act={() => unwrap(api.DELETE('/api/segments/{segment}', { params: { path: { segment: id } } }))}
      onDone={gone}
    />
  );
}
