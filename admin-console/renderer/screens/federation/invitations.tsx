// What the founder does to have others in: invite them by a code that is shown once, and admit who asks by the fingerprint that was read out.

import { Alert, Card, Flex, Form, InputNumber, Modal, Select, Space, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { Cards } from '../../parts/cards.tsx';
import { Mark } from '../../parts/mark.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { Fingerprint, Fingerprints, HeardFingerprint } from './fingerprint.tsx';
import { type Federation, keys, propose, useNamed } from './shared.ts';
import { roles, type Said } from './standing.ts';

const words = {
  invite: { en: 'Invite', zh: '邀请' },
  inviteAbout: {
    en: 'Makes a code that is shown once. Give it to the organisation by a way that you trust.',
    zh: '生成仅显示一次的邀请码，请通过可信途径交给对方机构。',
  },
  who: { en: 'Whom', zh: '邀请对象' },
  participant: { en: 'An organisation', zh: '机构' },
  coordinator: { en: 'The coordinator', zh: '协调方' },
  days: { en: 'Days that it can be used', zh: '有效天数' },
  code: { en: 'Invitation code', zh: '邀请码' },
  codeAbout: {
    en: 'It is shown this once, can be used once, and until {until}. Then read your fingerprint out to each other by telephone.',
    zh: '仅显示一次、只能使用一次，有效期至 {until}。对方提交后，请通过电话互相核对指纹。',
  },
  ours: { en: 'Ours, which they compare', zh: '本方指纹（供对方核对）' },
  none: { en: 'Nobody was invited', zh: '尚无邀请' },
  noneNext: { en: 'Invite an organisation to begin.', zh: '请先邀请机构。' },
  for: { en: 'For', zh: '对象' },
  state: { en: 'State', zh: '状态' },
  made: { en: 'Made', zh: '创建时间' },
  until: { en: 'Until', zh: '有效期至' },
  untold: { en: 'The coordinator does not know of it yet', zh: '协调方尚未知悉' },
  withdraw: { en: 'Withdraw', zh: '撤回' },
  withdrawAbout: { en: 'The code is of no use from then on.', zh: '撤回后邀请码失效。' },
  noRequests: { en: 'Nobody asks to join', zh: '没有加入申请' },
  noRequestsNext: { en: 'A request appears here when an organisation uses its code.', zh: '机构使用邀请码后，申请将显示于此。' },
  asks: { en: 'asks to join', zh: '申请加入' },
  call: {
    en: 'Call {name} on a number from the contract. Have the fingerprint read out and type it below: the node compares it with what arrived. Read yours out too.',
    zh: '请按合同中的号码致电 {name}，请对方读出其指纹并输入，由节点与收到的内容比对；同时读出本方指纹供对方核对。',
  },
  arrived: { en: 'Theirs, as it arrived', zh: '收到的对方指纹' },
  admit: { en: 'Admit', zh: '接纳' },
  admitAbout: {
    en: 'A second person approves. Nobody is admitted whose digits differ.',
    zh: '须经他人批准；数字不符者不会被接纳。',
  },
  refuse: { en: 'Refuse', zh: '拒绝' },
  refuseAbout: { en: 'The code is used up. To ask again they need another.', zh: '邀请码即告失效，再次申请须重新邀请。' },
} as const;

const states: { readonly [state: string]: Said } = {
  open: { en: 'open', zh: '待使用', tone: 'note' },
  requested: { en: 'asked for', zh: '已申请', tone: 'wait' },
  admitted: { en: 'admitted', zh: '已接纳', tone: 'good' },
  refused: { en: 'refused', zh: '已拒绝' },
  withdrawn: { en: 'withdrawn', zh: '已撤回' },
  expired: { en: 'expired', zh: '已过期' },
};

const invitationsOf = (federation: string) => ['invitations', federation] as const;
const requestsOf = (federation: string) => ['join-requests', federation] as const;
const pathOf = (federation: string) => ({ params: { path: { federation } } });
const both = (federation: string, invitation: string) => ({ params: { path: { federation, invitation } } });

type Invited = { code: string; expiresAtMs: number };

export function Invitations({ federation: one }: { federation: Federation }) {
  const say = useSay();
  const may = useMay();
  const { federation } = one;
  const [shown, setShown] = useState<Invited>();
  const asked = useQuery({
    queryKey: invitationsOf(federation),
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET('/api/federations/{federation}/invitations', { ...pathOf(federation), signal }))).invitations,
  });
  const refresh = [invitationsOf(federation)];
  return (
    <Flex vertical gap={space.medium} align="stretch">
      {may('federation.invite') && one.state === 'member' && (
        <div>
          <Act<{ role: 'participant' | 'coordinator'; days: number }, Invited>
            name={words.invite}
            about={words.inviteAbout}
            type="primary"
            initial={{ role: one.coordinator === undefined ? 'coordinator' : 'participant', days: 7 }}
            refresh={refresh}
            fields={
              <>
                <Form.Item name="role" label={say(words.who)}>
                  <Select
                    options={[
                      { value: 'participant', label: say(words.participant) },
                      ...(one.coordinator === undefined ? [{ value: 'coordinator', label: say(words.coordinator) }] : []),
                    ]}
                  />
                </Form.Item>
                <Form.Item name="days" label={say(words.days)}>
                  <InputNumber min={1} max={90} precision={0} />
                </Form.Item>
              </>
            }
            act={({ role, days }) =>
              unwrap(
                api.POST('/api/federations/{federation}/invitations', { ...pathOf(federation), body: { role, days: days ?? 7 } }),
              )
            }
            onDone={setShown}
          />
        </div>
      )}
      <Answer of={asked}>
        {(invitations) => (
          <Rows
            rowKey="id"
            none={words.none}
            next={words.noneNext}
            dataSource={[...invitations].sort((a, b) => b.createdAtMs - a.createdAtMs)}
            columns={[
              { title: say(words.for), render: (_, { role }) => say(roles[role] ?? { en: role, zh: role }) },
              {
                title: say(words.state),
                render: (_, { state, told, role }) => (
                  <Space wrap>
                    <Mark tone={states[state]?.tone}>{say(states[state] ?? { en: state, zh: state })}</Mark>
                    {!told && role !== 'coordinator' && <Text type="secondary">{say(words.untold)}</Text>}
                  </Space>
                ),
              },
              { title: say(words.made), render: (_, { createdAtMs }) => <When atMs={createdAtMs} /> },
              { title: say(words.until), render: (_, { expiresAtMs }) => <When atMs={expiresAtMs} /> },
              {
                title: '',
                render: (_, { id, state }) =>
                  may('federation.withdraw') &&
                  state === 'open' && (
                    <Act
                      name={words.withdraw}
                      about={words.withdrawAbout}
                      size="small"
                      danger
                      refresh={refresh}
                      act={() =>
                        unwrap(api.DELETE('/api/federations/{federation}/invitations/{invitation}', both(federation, id)))
                      }
                    />
                  ),
              },
            ]}
          />
        )}
      </Answer>
      {shown && <Code of={shown} fingerprint={one.fingerprint} close={() => setShown(undefined)} />}
    </Flex>
  );
}

function Code({ of: { code, expiresAtMs }, fingerprint, close }: { of: Invited; fingerprint: string; close(): void }) {
  const say = useSay();
  const formats = useFormats();
  return (
    <Modal
      open
      title={say(words.code)}
      onCancel={close}
      onOk={close}
      cancelButtonProps={{ style: { display: 'none' } }}
      width={640}
    >
      <Flex vertical gap={space.medium}>
        <Alert type="info" title={say(words.codeAbout, { until: formats.moment(expiresAtMs) })} />
        <Typography.Text code copyable className="hf-break">
          {code}
        </Typography.Text>
        <Fingerprints>
          <Fingerprint whose={words.ours} of={fingerprint} />
        </Fingerprints>
      </Flex>
    </Modal>
  );
}

export function Requests({ federation: one }: { federation: Federation }) {
  const say = useSay();
  const may = useMay();
  const named = useNamed();
  const { federation } = one;
  const asked = useQuery({
    queryKey: requestsOf(federation),
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET('/api/federations/{federation}/requests', { ...pathOf(federation), signal }))).requests,
    refetchInterval: 15_000,
  });
  const refresh = [requestsOf(federation), invitationsOf(federation), keys.federations];
  return (
    <Answer of={asked}>
      {(requests) => (
        <Cards
          of={requests}
          none={words.noRequests}
          next={words.noRequestsNext}
          card={({ invitation, name, fingerprint }) => (
            <Card key={invitation} size="small" title={`${named(name)} · ${say(words.asks)}`}>
              <Flex vertical gap={space.medium}>
                <Text>{say(words.call, { name: named(name) })}</Text>
                <Fingerprints>
                  <Fingerprint whose={words.arrived} of={fingerprint} />
                  <Fingerprint whose={words.ours} of={one.fingerprint} />
                </Fingerprints>
                <Space>
                  {may('federation.admit') && (
                    <Act<{ fingerprint: string; reason: string }>
                      name={words.admit}
                      about={words.admitAbout}
                      type="primary"
                      reason
                      refresh={refresh}
                      fields={<HeardFingerprint />}
                      act={({ fingerprint: heard, reason }) =>
                        propose('federation.admit', { federation, invitation, fingerprint: heard.trim() }, reason)
                      }
                    />
                  )}
                  {may('federation.refuse') && (
                    <Act
                      name={words.refuse}
                      about={words.refuseAbout}
                      danger
                      refresh={refresh}
                      act={() =>
                        unwrap(
                          api.POST('/api/federations/{federation}/requests/{invitation}/refuse', both(federation, invitation)),
                        )
                      }
                    />
                  )}
                </Space>
              </Flex>
            </Card>
          )}
        />
      )}
    </Answer>
  );
}
