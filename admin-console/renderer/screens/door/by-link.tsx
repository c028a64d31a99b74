// Coming in by a one-time link, opened or typed: whoever was invited chooses a password; the first administrator chooses a login and says their name as well.

import { useMutation } from '@tanstack/react-query';
import { Button, Flex, Form, Input } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { type GivenLink, leaveGivenLink } from '../../parts/given-link.ts';
import { useSessionChanged } from '../../parts/session.ts';
import { Text } from '../../parts/text.tsx';
import { useLanguage, useSay } from '../../words/words.ts';
import { DoorCard } from './door.tsx';

const words = {
  firstTitle: { en: 'Become the first administrator', zh: '设置首位管理员' },
  firstAbout: {
    en: 'Nobody has an account here yet. You look after the node and invite the others.',
    zh: '此节点尚无账户。您将负责维护节点并邀请其他人员。',
  },
  invitedTitle: { en: 'Choose your password', zh: '设置您的密码' },
  invitedAbout: {
    en: 'The link counts once. From then on you sign in with your login and this password.',
    zh: '链接仅可使用一次，此后请用登录名与此密码登录。',
  },
  otherTitle: { en: 'A link for somebody else?', zh: '此链接可能属于他人' },
  otherAbout: {
    en: 'You are signed in as {name}. The link is for whoever was invited, and this browser holds one person at a time.',
    zh: '您当前以 {name} 的身份登录。链接供受邀者使用，同一浏览器一次只能登录一人。',
  },
  otherHint: {
    en: 'To have both open, open the link in another browser or in a private window.',
    zh: '如需同时使用两个账户，请在其他浏览器或无痕窗口中打开链接。',
  },
  signOut: { en: 'Sign out and use the link', zh: '退出登录并使用链接' },
  stay: { en: 'Stay signed in as {name}', zh: '保持 {name} 的登录' },
  bySignIn: { en: 'Sign in with a password instead', zh: '改用密码登录' },
  link: { en: 'Link', zh: '链接' },
  linkHelp: { en: 'What the administrator or the start of the node gave you: hl_…', zh: '管理员或节点启动时给出的链接：hl_…' },
  newPassword: { en: 'New password', zh: '新密码' },
  passwordHelp: { en: '15 characters or more; a sentence is best.', zh: '至少 15 个字符，建议使用一句话。' },
  login: { en: 'Login', zh: '登录名' },
  loginHelp: { en: 'A short name to sign in with, such as li.hua', zh: '用于登录的简短名称，如 li.hua' },
  first: { en: 'Only for the first administrator: your login and name', zh: '仅首位管理员填写：登录名与姓名' },
  name: { en: 'Name', zh: '姓名' },
  goOn: { en: 'Continue', zh: '继续' },
  needed: { en: 'Needed', zh: '必填' },
} as const;

type LinkForm = { link?: string; password: string; login?: string; name?: string };

/** @param given by the address: else it is typed */
export function ByLink({ given }: { given?: GivenLink }) {
  const say = useSay();
  const language = useLanguage();
  const changed = useSessionChanged();
  const needed = [{ required: true, message: say(words.needed) }];
  const isFirst = given?.isFirst === true;
  const signIn = useMutation({
    mutationFn: ({ link = '', password, login, name }: LinkForm) =>
      unwrap(
        api.POST('/api/session/link', {
          body: {
            // A link that was copied with its page around it.
            link: given?.token ?? link.trim().replace(/^.*(hl_)/, '$1'),
            password,
            ...(login && name && { login, name, language }),
          },
        }),
      ),
    onSuccess: () => {
      leaveGivenLink();
      return changed();
    },
  });
  const itself = !given && (
    <Form.Item name="link" label={say(words.link)} extra={say(words.linkHelp)} rules={needed}>
      <Input autoComplete="off" autoFocus />
    </Form.Item>
  );
  const password = (
    <Form.Item name="password" label={say(words.newPassword)} extra={say(words.passwordHelp)} rules={needed}>
      <Input.Password autoComplete="new-password" autoFocus={given !== undefined && !isFirst} />
    </Form.Item>
  );
  const who = (!given || isFirst) && (
    <>
      <Form.Item
        name="login"
        label={say(words.login)}
        extra={say(isFirst ? words.loginHelp : words.first)}
        {...(isFirst && { rules: needed })}
      >
        <Input autoComplete="username" autoFocus={isFirst} />
      </Form.Item>
      <Form.Item name="name" label={say(words.name)} {...(isFirst && { rules: needed })}>
        <Input autoComplete="name" />
      </Form.Item>
    </>
  );
  return (
    <Form layout="vertical" requiredMark={false} onFinish={(values: LinkForm) => signIn.mutate(values)}>
      <Fault error={signIn.error} />
      {itself}
      {isFirst && who}
      {password}
      {!isFirst && who}
      <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
        {say(words.goOn)}
      </Button>
    </Form>
  );
}

export function ByGivenLink({ given }: { given: GivenLink }) {
  const say = useSay();
  return (
    <DoorCard
      title={given.isFirst ? words.firstTitle : words.invitedTitle}
      about={given.isFirst ? words.firstAbout : words.invitedAbout}
    >
      <ByLink given={given} />
      <Button type="link" block style={{ marginTop: space.small }} onClick={leaveGivenLink}>
        {say(words.bySignIn)}
      </Button>
    </DoorCard>
  );
}

/** Somebody is signed in here already: nothing is taken from them without being asked. */
export function OtherThanGiven({ name }: { name: string }) {
  const say = useSay();
  const changed = useSessionChanged();
  const signOut = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/session', { params: { query: { everywhere: false } } })),
    onSuccess: changed,
  });
  return (
    <DoorCard title={words.otherTitle}>
      <Flex vertical gap={space.medium}>
        <Text>{say(words.otherAbout, { name })}</Text>
        <Text type="secondary">{say(words.otherHint)}</Text>
        <Fault error={signOut.error} />
        <Button type="primary" block loading={signOut.isPending} onClick={() => signOut.mutate()}>
          {say(words.signOut)}
        </Button>
        <Button block onClick={leaveGivenLink}>
          {say(words.stay, { name })}
        </Button>
      </Flex>
    </DoorCard>
  );
}
