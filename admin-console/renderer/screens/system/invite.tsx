// Inviting somebody: who they are, what roles they have, in which language the node speaks to them. What comes of it is a link.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Modal } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { Fault } from '../../parts/fault.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { type Language, useLanguage, useSay } from '../../words/words.ts';
import { type Role, RoleChoice } from './role-choice.tsx';

const words = {
  title: { en: 'Invite somebody', zh: '邀请人员' },
  name: { en: 'Name', zh: '姓名' },
  login: { en: 'Login', zh: '登录名' },
  roles: { en: 'Roles', zh: '角色' },
  language: { en: 'Language', zh: '语言' },
  make: { en: 'Make a link', zh: '生成链接' },
  needed: { en: 'Needed', zh: '必填' },
} as const;

export type Link = { token: string; expiresAtMs: number };
type Values = { name: string; login: string; roles: Role[]; language: Language };

/** @param roles chosen to begin with */
export function Invite({ close, linked, roles = [] }: { close(): void; linked(link: Link): void; roles?: readonly Role[] }) {
  const say = useSay();
  const language = useLanguage();
  const proven = useProven();
  const client = useQueryClient();
  const rules = [{ required: true, message: say(words.needed) }];
  const invite = useMutation({
    mutationFn: (body: Values) => proven(() => unwrap(api.POST('/api/people', { body }))),
    onSuccess: async ({ link }) => {
      await client.invalidateQueries({ queryKey: ['people'] });
      close();
      linked(link as Link);
    },
  });
  return (
    <Modal open title={say(words.title)} footer={null} onCancel={close}>
      <Form<Values>
        layout="vertical"
        requiredMark={false}
        initialValues={{ language, ...(roles.length > 0 && { roles }) }}
        onFinish={(values) => invite.mutate(values)}
      >
        <Fault error={invite.error} />
        <Form.Item name="name" label={say(words.name)} rules={rules}>
          <Input autoFocus />
        </Form.Item>
        <Form.Item name="login" label={say(words.login)} rules={rules}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="roles" label={say(words.roles)} rules={rules}>
          <RoleChoice />
        </Form.Item>
        <Form.Item name="language" label={say(words.language)}>
          <Segmented
            options={[
              { value: 'zh', label: '中文' },
              { value: 'en', label: 'English' },
            ]}
          />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={invite.isPending}>
          {say(words.make)}
        </Button>
      </Form>
    </Modal>
  );
}
