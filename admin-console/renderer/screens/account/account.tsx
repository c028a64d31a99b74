// The reader's own account: who they are to the node, where they are signed in, and their password.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Descriptions, Flex, Form, Input, Table } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Fault } from '../../parts/fault.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { useHere } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { When } from '../../parts/time.tsx';
import { roleWords } from '../../words/roles.ts';
import { useSay } from '../../words/words.ts';
import { Security } from './security.tsx';

const words = {
  title: { en: 'Your account', zh: '个人账户' },
  name: { en: 'Name', zh: '姓名' },
  login: { en: 'Login', zh: '登录名' },
  roles: { en: 'Roles', zh: '角色' },
  factor: { en: 'Second factor', zh: '第二验证因素' },
  on: { en: 'set up, {codes} recovery codes left', zh: '已设置，剩余 {codes} 个恢复码' },
  off: { en: 'none', zh: '未设置' },
  sessions: { en: 'Where you are signed in', zh: '登录位置' },
  agent: { en: 'Browser', zh: '浏览器' },
  desktop: { en: 'Desktop console', zh: '桌面控制台' },
  address: { en: 'Address', zh: '地址' },
  last: { en: 'Last used', zh: '最近使用' },
  here: { en: 'this one', zh: '当前' },
  end: { en: 'End', zh: '结束' },
  password: { en: 'Password', zh: '密码' },
  current: { en: 'Current password', zh: '当前密码' },
  next: { en: 'New password', zh: '新密码' },
  help: { en: '15 characters or more. Your other sessions end.', zh: '至少 15 个字符。其他会话将结束。' },
  change: { en: 'Change password', zh: '更改密码' },
  changed: { en: 'Your password was changed', zh: '密码已更改' },
  needed: { en: 'Needed', zh: '必填' },
} as const;

export default function Account() {
  const say = useSay();
  const { person } = useHere();
  const factor = person.secondFactor ? say(words.on, { codes: person.recoveryCodesLeft }) : say(words.off);
  return (
    <Page title={words.title}>
      <Flex vertical gap={space.medium}>
        <Card size="small">
          <Descriptions
            column={1}
            items={[
              { key: 'name', label: say(words.name), children: person.name },
              { key: 'login', label: say(words.login), children: person.login },
              {
                key: 'roles',
                label: say(words.roles),
                children: person.roles.map((role) => <Mark key={role}>{say(roleWords[role])}</Mark>),
              },
              { key: 'factor', label: say(words.factor), children: factor },
            ]}
          />
        </Card>
        <Security />
        <Sessions />
        <Password />
      </Flex>
    </Page>
  );
}

function Sessions() {
  const say = useSay();
  const client = useQueryClient();
  const key = ['own', 'sessions'];
  const asked = useQuery({ queryKey: key, queryFn: ({ signal }) => unwrap(api.GET('/api/people/me/sessions', { signal })) });
  const end = useMutation({
    mutationFn: (id: number) => unwrap(api.DELETE('/api/people/me/sessions/{id}', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  return (
    <Card size="small" title={say(words.sessions)}>
      <Fault error={end.error} />
      <Answer of={asked} rows={2}>
        {({ sessions = [] }) => (
          <Table
            rowKey="id"
            size="small"
            pagination={false}
            dataSource={sessions}
            columns={[
              {
                title: say(words.agent),
                ellipsis: true,
                render: (_, { agent, desktop }) => (desktop ? say(words.desktop) : agent),
              },
              { title: say(words.address), dataIndex: 'address' },
              { title: say(words.last), render: (_, { lastUsedAtMs }) => <When atMs={lastUsedAtMs} /> },
              {
                align: 'right',
                render: (_, { id, current }) =>
                  current ? (
                    <Mark>{say(words.here)}</Mark>
                  ) : (
                    <Button size="small" onClick={() => end.mutate(id)}>
                      {say(words.end)}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}

function Password() {
  const say = useSay();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ current: string; password: string }>();
  const change = useMutation({
    mutationFn: (body: { current: string; password: string }) => unwrap(api.POST('/api/people/me/password', { body })),
    onSuccess: () => {
      form.resetFields();
      message.success(say(words.changed));
    },
  });
  const rules = [{ required: true, message: say(words.needed) }];
  return (
    <Card size="small" title={say(words.password)}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        style={{ maxWidth: 400 }}
        onFinish={(values) => change.mutate(values)}
      >
        <Fault error={change.error} />
        <Form.Item name="current" label={say(words.current)} rules={rules}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item name="password" label={say(words.next)} extra={say(words.help)} rules={rules}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button htmlType="submit" loading={change.isPending}>
          {say(words.change)}
        </Button>
      </Form>
    </Card>
  );
}
