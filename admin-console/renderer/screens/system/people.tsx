// The people who use the node: who they are, what roles they have, and the one-time links by which they come in.

import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Dropdown, Modal, Table, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { useQuery } from '../../parts/ask.ts';
import { Fault } from '../../parts/fault.tsx';
import { addressOfLink } from '../../parts/given-link.ts';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { useHere, useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { Text } from '../../parts/text.tsx';
import { roleWords } from '../../words/roles.ts';
import { useFormats, useSay } from '../../words/words.ts';
import { Invite, type Link } from './invite.tsx';
import { type Role, RoleChoice } from './role-choice.tsx';

const words = {
  title: { en: 'People', zh: '人员' },
  about: { en: 'Who uses this node. What each may do follows from their roles.', zh: '使用本节点的人员，权限由角色决定。' },
  invite: { en: 'Invite', zh: '邀请' },
  name: { en: 'Name', zh: '姓名' },
  login: { en: 'Login', zh: '登录名' },
  roles: { en: 'Roles', zh: '角色' },
  state: { en: 'State', zh: '状态' },
  factor: { en: 'second factor', zh: '第二验证因素' },
  invited: { en: 'invited', zh: '已邀请' },
  active: { en: 'active', zh: '启用' },
  disabled: { en: 'disabled', zh: '停用' },
  change: { en: 'Change roles', zh: '更改角色' },
  disable: { en: 'Disable', zh: '停用' },
  enable: { en: 'Enable', zh: '启用' },
  reset: { en: 'Forgot the password: new link', zh: '忘记密码：新链接' },
  lost: { en: 'Lost the phone: new link, second factor goes', zh: '手机丢失：新链接并清除第二验证因素' },
  more: { en: 'More for {name}', zh: '{name} 的更多操作' },
  link: { en: 'One-time link', zh: '一次性链接' },
  linkAbout: {
    en: 'Hand it over in person: whoever opens it first has the account. It is shown this once and works once, until {until}.',
    zh: '请当面交给对方，首位打开者即取得该账户。仅显示这一次，{until} 前可用一次。',
  },
  sessions: { en: 'Their sessions end.', zh: '其会话将结束。' },
} as const;

type Person = {
  id: number;
  login: string;
  name: string;
  roles: Role[];
  state: 'invited' | 'active' | 'disabled';
  secondFactor: boolean;
};

export default function People() {
  const say = useSay();
  const may = useMay();
  const [inviting, setInviting] = useState(false);
  const [link, setLink] = useState<Link>();
  const [changing, setChanging] = useState<Person>();
  const asked = useQuery({ queryKey: ['people'], queryFn: ({ signal }) => unwrap(api.GET('/api/people', { signal })) });
  return (
    <Page
      title={words.title}
      about={words.about}
      actions={
        may('people.invite') && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setInviting(true)}>
            {say(words.invite)}
          </Button>
        )
      }
    >
      <Answer of={asked}>
        {({ people = [] }) => <List people={people as Person[]} change={setChanging} linked={setLink} />}
      </Answer>
      {inviting && <Invite close={() => setInviting(false)} linked={setLink} />}
      {changing && <Roles person={changing} close={() => setChanging(undefined)} />}
      {link && <Handed link={link} close={() => setLink(undefined)} />}
    </Page>
  );
}

type Act = 'change' | 'disable' | 'enable' | 'reset' | 'lost';

function List({ people, change, linked }: { people: Person[]; change(person: Person): void; linked(link: Link): void }) {
  const say = useSay();
  const may = useMay();
  const proven = useProven();
  const client = useQueryClient();
  const { person: own } = useHere();
  const act = useMutation({
    mutationFn: async ({ id, act }: { id: number; act: Exclude<Act, 'change'> }) => {
      const params = { path: { id } };
      if (act === 'disable') await proven(() => unwrap(api.POST('/api/people/{id}/disable', { params })));
      else if (act === 'enable') await proven(() => unwrap(api.POST('/api/people/{id}/enable', { params })));
      else
        linked(await proven(() => unwrap(api.POST('/api/people/{id}/reset', { params, body: { lostPhone: act === 'lost' } }))));
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['people'] }),
  });
  const items = ({ id, state }: Person) => [
    ...(may('people.roles') ? [{ key: 'change', label: say(words.change) }] : []),
    ...(may('people.reset') && state !== 'disabled'
      ? [
          { key: 'reset', label: say(words.reset) },
          { key: 'lost', label: say(words.lost) },
        ]
      : []),
    ...(state === 'disabled'
      ? may('people.enable')
        ? [{ key: 'enable', label: say(words.enable) }]
        : []
      : may('people.disable') && id !== own.id
        ? [{ key: 'disable', label: say(words.disable), danger: true }]
        : []),
  ];
  return (
    <>
      <Fault error={act.error} />
      <Table<Person>
        rowKey="id"
        size="middle"
        dataSource={people}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        columns={[
          { title: say(words.name), dataIndex: 'name' },
          { title: say(words.login), dataIndex: 'login' },
          {
            title: say(words.roles),
            render: (_, { roles }) => roles.map((role) => <Mark key={role}>{say(roleWords[role])}</Mark>),
          },
          {
            title: say(words.state),
            render: (_, { state, secondFactor }) => (
              <>
                <Mark tone={state === 'active' ? 'good' : state === 'invited' ? 'wait' : undefined}>{say(words[state])}</Mark>
                {secondFactor && <Mark>{say(words.factor)}</Mark>}
              </>
            ),
          },
          {
            align: 'right',
            render: (_, person) => (
              <Dropdown
                autoFocus
                trigger={['click']}
                menu={{
                  items: items(person),
                  onClick: ({ key }) =>
                    key === 'change' ? change(person) : act.mutate({ id: person.id, act: key as Exclude<Act, 'change'> }),
                }}
              >
                <Button type="text" aria-label={say(words.more, { name: person.name })}>
                  …
                </Button>
              </Dropdown>
            ),
          },
        ]}
      />
    </>
  );
}

function Roles({ person, close }: { person: Person; close(): void }) {
  const say = useSay();
  const proven = useProven();
  const client = useQueryClient();
  const [roles, setRoles] = useState(person.roles);
  const change = useMutation({
    mutationFn: () =>
      proven(() => unwrap(api.PUT('/api/people/{id}/roles', { params: { path: { id: person.id } }, body: { roles } }))),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['people'] });
      close();
    },
  });
  return (
    <Modal
      open
      title={`${say(words.change)}: ${person.name}`}
      onCancel={close}
      onOk={() => change.mutate()}
      confirmLoading={change.isPending}
    >
      <Fault error={change.error} />
      <RoleChoice value={roles} onChange={setRoles} />
      <Text type="secondary">{say(words.sessions)}</Text>
    </Modal>
  );
}

function Handed({ link: { token, expiresAtMs }, close }: { link: Link; close(): void }) {
  const say = useSay();
  const formats = useFormats();
  return (
    <Modal open title={say(words.link)} onCancel={close} onOk={close} cancelButtonProps={{ hidden: true }}>
      <Alert type="info" title={say(words.linkAbout, { until: formats.moment(expiresAtMs) })} style={{ marginBottom: 16 }} />
      <Typography.Text code copyable className="hf-break">
        {addressOfLink(token)}
      </Typography.Text>
    </Modal>
  );
}
