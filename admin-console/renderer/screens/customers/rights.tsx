// The rights of this person: what they asked for, writing a request down, the package of everything, and erasing, which a second person decides. What
// would go is shown before it is proposed.

import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, Flex, Form, Input, Select, Typography } from 'antd';
import { Link } from 'wouter';
import { api, isFault, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { download, downloadJson } from '../../parts/download.ts';
import { Fault } from '../../parts/fault.tsx';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { to } from '../../parts/screen.tsx';
import { useHere, useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useLanguage, useSay, type Words } from '../../words/words.ts';
import type { Profile } from './profile.ts';

const words = {
  requests: { en: 'Requests of this person', zh: '该客户的权利请求' },
  open: { en: 'Write down a request', zh: '登记请求' },
  openAbout: {
    en: 'The term of the law begins now. Compliance answers it under Rights requests.',
    zh: '法定期限自此开始计算，由合规人员在“权利请求”中答复。',
  },
  kind: { en: 'What they ask for', zh: '请求内容' },
  note: { en: 'How it came', zh: '提出方式' },
  noteHint: { en: 'letter of 3 May', zh: '5月3日来信' },
  none: { en: 'Nothing was asked for', zh: '暂无请求' },
  number: { en: 'Number', zh: '编号' },
  state: { en: 'State', zh: '状态' },
  opened: { en: 'Came in', zh: '提出时间' },
  due: { en: 'Due', zh: '期限' },
  overdue: { en: 'overdue', zh: '已逾期' },
  needed: { en: 'Needed', zh: '必填' },
  package: { en: 'Everything about them', zh: '全部数据' },
  packageAbout: {
    en: 'The package for the person, from every part of the node. A second person approves that you may fetch it, for a day.',
    zh: '提供给本人的完整数据包，涵盖节点各部分。须由第二人批准，批准后一天内可取。',
  },
  propose: { en: 'Propose to give it out', zh: '申请导出' },
  asFile: { en: 'Save as a file', zh: '保存为数据文件' },
  asPage: { en: 'Save as a page to print', zh: '保存为可打印页面' },
  notYet: { en: 'Nobody has approved it yet: propose it first.', zh: '尚未获批准，请先申请。' },
  erasing: { en: 'Erase for good', zh: '永久删除' },
  erase: { en: 'Propose to erase', zh: '申请删除' },
  eraseAbout: {
    en: 'The keys of this person are destroyed: nothing of theirs can be read again, in no backup either. There is no way back. A second person decides.',
    zh: '将销毁该客户的密钥：其数据此后无法读取，备份中亦然，且不可恢复。须由第二人决定。',
  },
  goes: { en: 'What goes', zh: '将删除' },
  stays: {
    en: 'What stays: a signed receipt with numbers and times, and entries of the audit log that name nobody.',
    zh: '保留：仅含数量与时间的签名回执，以及不指向任何人的审计记录。',
  },
  records: { en: 'Records and their keys', zh: '记录及其密钥' },
  events: { en: 'Events', zh: '事件' },
  identifiers: { en: 'Identifiers in the index', zh: '标识索引' },
  orders: { en: 'Orders', zh: '订单' },
  scores: { en: 'Scores and segments', zh: '评分与人群' },
  waiting: { en: 'Waits for a second person', zh: '等待第二人审批' },
  approvals: { en: 'Open approvals', zh: '前往审批' },
  legal: {
    en: 'A request under a legal hold stops erasing until it is released.',
    zh: '处于依法留存的请求会阻止删除，直至解除。',
  },
} as const;

const kinds = {
  access: { en: 'to see their data', zh: '查阅' },
  portability: { en: 'to take their data along', zh: '转移' },
  rectification: { en: 'to have it put right', zh: '更正' },
  restriction: { en: 'to have its use restricted', zh: '限制处理' },
  objection: { en: 'to object to a use', zh: '反对处理' },
  erasure: { en: 'to be erased', zh: '删除' },
  explanation: { en: 'to have a decision explained', zh: '说明自动化决策' },
} as const satisfies { readonly [kind: string]: Words };
type Kind = keyof typeof kinds;
const states: { readonly [state: string]: Words } = {
  received: { en: 'received', zh: '已受理' },
  verified: { en: 'identity checked', zh: '已核验身份' },
  completed: { en: '✓ done', zh: '✓ 已完成' },
  refused: { en: '✕ refused', zh: '✕ 已拒绝' },
};

export function Rights({ profile }: { profile: Profile }) {
  const may = useMay();
  return (
    <Flex vertical gap={space.medium}>
      {(may('request.open') || may('request.list')) && <Requests id={profile.id} />}
      {may('subject.export') && <Package id={profile.id} />}
      {may('subject.erase') && <Erasing profile={profile} />}
    </Flex>
  );
}

/** Requests read at most for one customer: those open, and the latest of those closed. */
const requestRows = 100;

function Requests({ id }: { id: string }) {
  const say = useSay();
  const may = useMay();
  const asked = useQuery({
    queryKey: ['subject-requests', 'of', id],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        [false, true].map((closed) =>
          unwrap(api.GET('/api/subject-requests', { params: { query: { closed, limit: requestRows } }, signal })),
        ),
      );
      return pages.flatMap(({ requests }) => requests).filter(({ person }) => person === id);
    },
    enabled: may('request.list'),
  });
  return (
    <Card size="small" type="inner" title={say(words.requests)} extra={may('request.open') && <OpenRequest id={id} />}>
      {may('request.list') ? (
        <Answer of={asked} rows={2}>
          {(requests) => (
            <Rows
              none={words.none}
              rowKey="request"
              dataSource={requests}
              columns={[
                {
                  title: say(words.number),
                  render: (_, { request }) => <Link href={to('/requests/:request', { request })}>{request}</Link>,
                },
                { title: say(words.kind), render: (_, { kind, article }) => `${say(kinds[kind])} · ${article}` },
                {
                  title: say(words.state),
                  render: (_, { state, overdue }) => (
                    <>
                      <Mark tone={state === 'completed' ? 'good' : undefined}>{say(states[state]!)}</Mark>
                      {overdue && <Mark tone="bad">{say(words.overdue)}</Mark>}
                    </>
                  ),
                },
                { title: say(words.opened), render: (_, { openedAtMs }) => <When atMs={openedAtMs} /> },
                { title: say(words.due), render: (_, { dueAtMs }) => <When atMs={dueAtMs} /> },
              ]}
            />
          )}
        </Answer>
      ) : (
        <Text type="secondary">{say(words.openAbout)}</Text>
      )}
    </Card>
  );
}

function OpenRequest({ id }: { id: string }) {
  const say = useSay();
  const language = useLanguage();
  return (
    <Act<{ kind: Kind; note?: string }>
      size="small"
      name={words.open}
      about={words.openAbout}
      fields={
        <>
          <Form.Item name="kind" label={say(words.kind)} rules={[{ required: true, message: say(words.needed) }]}>
            <Select options={(Object.keys(kinds) as Kind[]).map((value) => ({ value, label: say(kinds[value]) }))} />
          </Form.Item>
          <Form.Item name="note" label={say(words.note)}>
            <Input maxLength={300} placeholder={say(words.noteHint)} autoComplete="off" />
          </Form.Item>
        </>
      }
      refresh={[['subject-requests']]}
      act={({ kind, note }) =>
        unwrap(api.POST('/api/subject-requests', { body: { person: id, kind, language, ...(note && { note }) } }))
      }
    />
  );
}

/** Proposals about this very customer that wait: they are told by what whoever decides is shown. */
export function useProposals(id: string, kind: string, state: 'waiting' | 'done') {
  const may = useMay();
  return useQuery({
    queryKey: ['approvals', 'about', id, kind, state],
    queryFn: async ({ signal }) => {
      const { approvals } = await unwrap(api.GET('/api/approvals', { params: { query: { state, limit: 100 } }, signal }));
      const about = new RegExp(`\\b${id}\\b`);
      return approvals.filter((one) => one.kind === kind && about.test(one.description.en));
    },
    enabled: may('approval.list'),
  });
}

function Waiting({ id, kind }: { id: string; kind: string }) {
  const say = useSay();
  const { data = [] } = useProposals(id, kind, 'waiting');
  const { person } = useHere();
  return data.map((approval) => (
    <Alert
      key={approval.id}
      type="info"
      showIcon
      style={{ marginBottom: space.medium }}
      title={say(words.waiting)}
      description={
        <>
          {approval.proposedBy === `person ${person.id}` ? person.name : approval.proposedBy} · {approval.reason} ·{' '}
          <Link href="/approvals">{say(words.approvals)}</Link>
        </>
      }
    />
  ));
}

function Package({ id }: { id: string }) {
  const say = useSay();
  const language = useLanguage();
  const proven = useProven();
  const fetching = useMutation({
    mutationFn: async (format: 'json' | 'html') => {
      const query = { format, language };
      if (format === 'json') {
        const made = await proven(() => unwrap(api.GET('/api/subjects/{id}/export', { params: { path: { id }, query } })));
        return downloadJson(`${id}.json`, made);
      }
      const page = await proven(() =>
        unwrap(api.GET('/api/subjects/{id}/export', { params: { path: { id }, query }, parseAs: 'blob' })),
      );
      download(`${id}.html`, page as Blob, 'text/html');
    },
  });
  const isUnapproved = isFault(fetching.error, 'approval_needed');
  return (
    <Card size="small" type="inner" title={say(words.package)}>
      <Typography.Paragraph type="secondary">{say(words.packageAbout)}</Typography.Paragraph>
      <Waiting id={id} kind="subject.export" />
      {isUnapproved ? (
        <Alert type="info" showIcon title={say(words.notYet)} style={{ marginBottom: space.medium }} />
      ) : (
        <Fault error={fetching.error} />
      )}
      <Flex gap={space.small} wrap>
        <Act<{ reason: string }>
          name={words.propose}
          about={words.packageAbout}
          reason
          refresh={[['approvals']]}
          act={({ reason }) =>
            unwrap(api.POST('/api/approvals', { body: { kind: 'subject.export', payload: { person: id }, reason } }))
          }
        />
        <Button loading={fetching.isPending} onClick={() => fetching.mutate('json')}>
          {say(words.asFile)}
        </Button>
        <Button loading={fetching.isPending} onClick={() => fetching.mutate('html')}>
          {say(words.asPage)}
        </Button>
      </Flex>
    </Card>
  );
}

function Erasing({ profile }: { profile: Profile }) {
  const say = useSay();
  return (
    <Card
      size="small"
      type="inner"
      title={
        <>
          {say(words.erasing)} <Help about={words.legal} />
        </>
      }
    >
      <Waiting id={profile.id} kind="subject.erase" />
      <Goes profile={profile} />
      <Act<{ reason: string }>
        danger
        name={words.erase}
        about={
          <>
            <Typography.Paragraph strong>{say(words.eraseAbout)}</Typography.Paragraph>
            <Goes profile={profile} />
          </>
        }
        reason
        refresh={[['approvals']]}
        act={({ reason }) =>
          unwrap(api.POST('/api/approvals', { body: { kind: 'subject.erase', payload: { person: profile.id }, reason } }))
        }
      />
    </Card>
  );
}

function Goes({ profile: { records, events, identifiers, orders, scores = [], segments = [] } }: { profile: Profile }) {
  const say = useSay();
  const formats = useFormats();
  const parts: readonly (readonly [number, Words])[] = [
    [records.length, words.records],
    [events.count, words.events],
    [identifiers.length, words.identifiers],
    [orders.length, words.orders],
    [scores.length + segments.length, words.scores],
  ];
  return (
    <>
      <Text strong>{say(words.goes)}</Text>
      <ul style={{ paddingInlineStart: space.large }}>
        {parts.map(([count, name]) => (
          <li key={name.en}>
            {say(name)}: {formats.number(count)}
          </li>
        ))}
      </ul>
      <Typography.Paragraph type="secondary">{say(words.stays)}</Typography.Paragraph>
    </>
  );
}
