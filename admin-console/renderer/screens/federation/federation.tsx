// One federation: who is in it by which fingerprint, how this node stands, what is wrong, and what the founder does: invite, admit, host the coordinator.

import { Alert, Descriptions, Flex, Form, Radio, Space, Tabs, Typography } from 'antd';
import { useParams, useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useLanguage, useSay } from '../../words/words.ts';
import { Contact, Ends } from './federations.tsx';
import { Fingerprint, Fingerprints } from './fingerprint.tsx';
import { Invitations, Requests } from './invitations.tsx';
import { OwnCoordinator } from './own-coordinator.tsx';
import { type Federation, keys, type Member, propose, useFederations, useMemberNames, useNamed } from './shared.ts';
import { federationStates, roles } from './standing.ts';

const words = {
  of: { en: 'Federation of {name}', zh: '{name} 的联盟' },
  about: { en: 'Who is in it, and what this node has to do.', zh: '成员、指纹与待办。' },
  none: { en: 'There is no such federation', zh: '没有此联盟' },
  members: { en: 'Members', zh: '成员' },
  invitations: { en: 'Invitations', zh: '邀请' },
  requests: { en: 'Requests to join', zh: '加入申请' },
  compare: { en: 'Fingerprints', zh: '指纹核对' },
  coordinator: { en: 'Coordinator', zh: '协调方' },
  standing: { en: 'Our standing', zh: '本方身份' },
  founder: { en: 'founder', zh: '创建方' },
  certificate: { en: 'Our certificate', zh: '本方证书' },
  renewed: { en: 'Renewed by itself, well before.', zh: '到期前自动续期。' },
  address: { en: 'Address', zh: '地址' },
  refresh: { en: 'Ask the coordinator now', zh: '立即询问协调方' },
  refreshAbout: { en: 'Otherwise the node asks by itself every few minutes.', zh: '节点平时每隔几分钟自动询问。' },
  leave: { en: 'Leave', zh: '退出联盟' },
  leaveAbout: {
    en: 'Open matches and rounds end. What others learned stays with them. To come back, you are invited anew.',
    zh: '进行中的匹配与训练将终止，其他机构已得知的内容仍由其保留；重新加入须再次受邀。',
  },
  organisation: { en: 'Organisation', zh: '机构' },
  us: { en: 'us', zh: '本方' },
  role: { en: 'Role', zh: '角色' },
  state: { en: 'State', zh: '状态' },
  since: { en: 'Since', zh: '加入时间' },
  fingerprint: { en: 'Fingerprint', zh: '指纹' },
  remove: { en: 'Remove', zh: '移除' },
  removeAbout: {
    en: 'It takes part in nothing from then on. A second person approves; the reason stands in the log that all members read.',
    zh: '此后不再参与任何匹配与训练。须经他人批准；原因写入全体成员可见的日志。',
  },
  how: { en: 'Why', zh: '情形' },
  removed: { en: 'It is to be a member no more', zh: '不再作为成员' },
  revoked: { en: 'Its keys are not its own any more', zh: '其密钥已不可信' },
  noMembers: { en: 'Nobody is in it yet', zh: '尚无成员' },
  problems: { en: 'What is wrong', zh: '存在的问题' },
  dismiss: { en: 'Seen', zh: '已知悉' },
  dismissAbout: { en: 'What still stands comes again by itself.', zh: '仍然存在的问题会再次出现。' },
  since2: { en: 'since', zh: '自' },
  unreachable: { en: 'The coordinator does not answer.', zh: '协调方无响应。' },
  pending: {
    en: 'Something that was said here waits for the coordinator to take it.',
    zh: '本方已提交的变更正等待协调方接收。',
  },
  ours: { en: 'Ours, to read out', zh: '本方指纹（读给对方）' },
  theirs: { en: 'The founder’s, to compare', zh: '创建方指纹（用于核对）' },
  call: {
    en: 'Call each other on a number that you have from elsewhere. Each reads its own; the other compares group by group. If one group differs, stop: somebody is in between.',
    zh: '请使用另行取得的号码通话。各方读出自己的指纹，由对方逐组核对；若有一组不同，请立即停止：可能有人居间冒充。',
  },
  waiting: {
    en: 'The founder has not admitted this node yet. Read your fingerprint out to them.',
    zh: '创建方尚未接纳本节点，请向其读出本方指纹。',
  },
} as const;

export default function OneFederation() {
  const { federation: id } = useParams<{ federation: string }>();
  const asked = useFederations();
  const say = useSay();
  const named = useNamed();
  const found = asked.data?.find(({ federation }) => federation === id);
  return (
    <Page
      title={found ? say(words.of, { name: named(found.name) }) : words.members}
      about={words.about}
      actions={found && <Actions federation={found} />}
    >
      <Answer of={asked}>{() => (found ? <Shown federation={found} /> : <Nothing what={words.none} />)}</Answer>
    </Page>
  );
}

function Actions({ federation: { federation, founder, state } }: { federation: Federation }) {
  const may = useMay();
  return (
    <Space wrap>
      {may('federation.refresh') && (
        <Act
          name={words.refresh}
          about={words.refreshAbout}
          refresh={[keys.federations]}
          act={() => unwrap(api.POST('/api/federations/{federation}/refresh', { params: { path: { federation } } }))}
        />
      )}
      {may('federation.leave') && !founder && state === 'member' && (
        <Act
          name={words.leave}
          about={words.leaveAbout}
          danger
          reason
          refresh={[keys.federations]}
          act={({ reason }) => propose('federation.leave', { federation, reason }, reason)}
        />
      )}
    </Space>
  );
}

function Shown({ federation: one }: { federation: Federation }) {
  const say = useSay();
  const may = useMay();
  const nameOf = useMemberNames();
  const [search, setSearch] = useSearchParams();
  const state = federationStates[one.state];
  const tabs = [
    { key: 'members', label: say(words.members), children: <Members federation={one} /> },
    { key: 'fingerprints', label: say(words.compare), children: <Compare federation={one} /> },
    ...(one.founder && may('federation.requests')
      ? [{ key: 'requests', label: say(words.requests), children: <Requests federation={one} /> }]
      : []),
    ...(one.founder && may('federation.invitations')
      ? [{ key: 'invitations', label: say(words.invitations), children: <Invitations federation={one} /> }]
      : []),
    ...(one.founder && may('federation.coordinator') && !one.coordinatorInNode
      ? [{ key: 'coordinator', label: say(words.coordinator), children: <OwnCoordinator federation={one} /> }]
      : []),
  ];
  const chosen = search.get('part') ?? 'members';
  return (
    <Flex vertical gap={space.medium}>
      <Problems federation={one} />
      {one.state === 'waiting' && <Alert type="info" showIcon title={say(words.waiting)} />}
      {one.pending !== undefined && <Alert type="info" showIcon title={say(words.pending)} />}
      <Descriptions
        size="small"
        bordered
        column={{ xs: 1, sm: 1, md: 2 }}
        items={[
          {
            key: 'standing',
            label: say(words.standing),
            children: (
              <Space>
                <Mark tone={state.tone}>{say(state)}</Mark>
                {one.founder && say(words.founder)}
              </Space>
            ),
          },
          {
            key: 'coordinator',
            label: say(words.coordinator),
            children: (
              <Space wrap>
                {one.coordinator !== undefined && nameOf(one.coordinator)}
                <Contact federation={one} />
              </Space>
            ),
          },
          {
            key: 'certificate',
            label: say(words.certificate),
            children: (
              <Space wrap>
                <Ends atMs={one.certificateEndsAtMs} />
                {one.certificateEndsAtMs !== undefined && <Text type="secondary">{say(words.renewed)}</Text>}
              </Space>
            ),
          },
          {
            key: 'address',
            label: say(words.address),
            children: <Text className="hf-break">{one.address}</Text>,
          },
        ]}
      />
      <Tabs
        activeKey={tabs.some(({ key }) => key === chosen) ? chosen : 'members'}
        onChange={(part) => setSearch(part === 'members' ? {} : { part }, { replace: true })}
        items={tabs}
      />
    </Flex>
  );
}

function Problems({ federation: { federation, problems } }: { federation: Federation }) {
  const say = useSay();
  const may = useMay();
  const language = useLanguage();
  if (problems.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={say(words.problems)}
      description={
        <Flex vertical gap={space.small} align="start">
          {problems.map(({ part, code, message, next, sinceMs }) => (
            <div key={`${part} ${code}`}>
              {message?.[language] ?? (code === 'unreachable' ? say(words.unreachable) : code)} {next?.[language]}{' '}
              <Text type="secondary">
                {say(words.since2)} <When atMs={sinceMs} />
              </Text>
            </div>
          ))}
          {may('federation.dismiss') && (
            <Act
              name={words.dismiss}
              about={words.dismissAbout}
              size="small"
              refresh={[keys.federations]}
              act={() => unwrap(api.DELETE('/api/federations/{federation}/problems', { params: { path: { federation } } }))}
            />
          )}
        </Flex>
      }
    />
  );
}

function Members({ federation: one }: { federation: Federation }) {
  const say = useSay();
  const may = useMay();
  const named = useNamed();
  return (
    <Rows<Member>
      rowKey="member"
      none={words.noMembers}
      dataSource={one.members}
      columns={[
        {
          title: say(words.organisation),
          render: (_, { member, name }) => (
            <Space>
              {named(name)}
              {member === one.member && <Mark>{say(words.us)}</Mark>}
            </Space>
          ),
        },
        { title: say(words.role), render: (_, { role }) => say(roles[role] ?? { en: role, zh: role }) },
        {
          title: say(words.state),
          render: (_, { status, ended }) => (
            <Space wrap>
              <Mark tone={federationStates[status].tone}>{say(federationStates[status])}</Mark>
              {ended && <Text type="secondary">{ended.reason}</Text>}
            </Space>
          ),
        },
        { title: say(words.since), render: (_, { sinceMs }) => <When atMs={sinceMs} /> },
        {
          title: say(words.fingerprint),
          render: (_, { fingerprint }) => (
            <Typography.Text code copyable={{ text: fingerprint }}>
              {fingerprint.slice(0, 11)}…
            </Typography.Text>
          ),
        },
        ...(one.founder && may('federation.remove')
          ? [
              {
                title: '',
                render: (_: unknown, { member, status }: Member) =>
                  member !== one.member && status === 'member' && <Remove federation={one.federation} member={member} />,
              },
            ]
          : []),
      ]}
    />
  );
}

function Remove({ federation, member }: { federation: string; member: string }) {
  const say = useSay();
  return (
    <Act<{ how: string; reason: string }>
      name={words.remove}
      about={words.removeAbout}
      size="small"
      danger
      reason
      initial={{ how: 'removed' }}
      refresh={[keys.federations]}
      fields={
        <Form.Item name="how" label={say(words.how)}>
          <Radio.Group>
            <Space orientation="vertical">
              <Radio value="removed">{say(words.removed)}</Radio>
              <Radio value="revoked">{say(words.revoked)}</Radio>
            </Space>
          </Radio.Group>
        </Form.Item>
      }
      act={({ how, reason }) => propose('federation.remove', { federation, member, how, reason }, reason)}
    />
  );
}

function Compare({ federation: one }: { federation: Federation }) {
  const say = useSay();
  return (
    <Flex vertical gap={space.medium}>
      <Text>{say(words.call)}</Text>
      <Fingerprints>
        <Fingerprint whose={words.ours} of={one.fingerprint} />
        {!one.founder && <Fingerprint whose={words.theirs} of={one.founderFingerprint} />}
      </Fingerprints>
    </Flex>
  );
}
