// Where the desktop console sends the browser: whoever is signed in here says whether the program on this computer may come in as them. The code goes to
// this computer alone, and only the program that began it can use it.

import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, Flex, Typography } from 'antd';
import { useMemo } from 'react';
import { useSearch } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { Page } from '../../parts/page.tsx';
import { useHere } from '../../parts/session.ts';
import { useProven } from '../../parts/step-up.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';

const words = {
  title: { en: 'Desktop console', zh: '桌面控制台' },
  question: { en: 'Let the desktop console on this computer in?', zh: '允许本机的桌面控制台登录？' },
  as: {
    en: 'It comes in as {name}, with everything you may do, until you sign out there or end it under your account.',
    zh: '它将以 {name} 的身份登录，拥有您的全部权限，直至您在其中退出或在个人账户中结束该会话。',
  },
  warning: {
    en: 'Say yes only if you have just pressed "Sign in with the browser" in the console on this computer.',
    zh: '仅当您刚刚在本机控制台中点击“通过浏览器登录”时，才选择允许。',
  },
  yes: { en: 'Let it in', zh: '允许' },
  no: { en: 'No', zh: '不允许' },
  back: { en: 'You are being led back to the desktop console.', zh: '正在返回桌面控制台。' },
  broken: {
    en: 'This address is not whole. Begin again in the desktop console.',
    zh: '此地址不完整，请在桌面控制台中重新开始。',
  },
} as const;

type Asked = { readonly challenge: string; readonly state: string; readonly port: number };

/** What the console put into the address; undefined for what it never does. */
export function readAsked(search: string): Asked | undefined {
  const given = new URLSearchParams(search);
  const [challenge = '', state = '', port = ''] = ['challenge', 'state', 'port'].map((name) => given.get(name) ?? '');
  const whole = /^[\w-]{43}$/.test(challenge) && /^[\w-]{16,128}$/.test(state) && /^\d{4,5}$/.test(port);
  const number = Number(port);
  return whole && number >= 1024 && number <= 65_535 ? { challenge, state, port: number } : undefined;
}

/** Always this computer, and always the one path: nothing of the address says where else a code could go. */
function goBack({ state, port }: Asked, answer: { code: string } | { error: 'access_denied' }): void {
  const to = new URL('/callback', 'http://127.0.0.1');
  to.port = String(port);
  to.search = new URLSearchParams({ ...answer, state }).toString();
  location.assign(to.href);
}

export default function DesktopDoor() {
  const say = useSay();
  const search = useSearch();
  const { person } = useHere();
  const proven = useProven();
  const asked = useMemo(() => readAsked(search), [search]);
  const letIn = useMutation({
    mutationFn: ({ challenge }: Asked) => proven(() => unwrap(api.POST('/api/session/desktop', { body: { challenge } }))),
    onSuccess: ({ code }, of) => goBack(of, { code }),
  });
  return (
    <Page title={words.title}>
      <Card style={{ maxWidth: 560 }}>
        {asked ? (
          <Flex vertical gap={space.medium}>
            <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
              {say(words.question)}
            </Typography.Title>
            <Text>{say(words.as, { name: person.name })}</Text>
            <Alert type="warning" showIcon title={say(words.warning)} />
            <Fault error={letIn.error} />
            {letIn.isSuccess ? (
              <Text type="secondary">{say(words.back)}</Text>
            ) : (
              <Flex gap={space.small}>
                <Button type="primary" loading={letIn.isPending} onClick={() => letIn.mutate(asked)}>
                  {say(words.yes)}
                </Button>
                <Button disabled={letIn.isPending} onClick={() => goBack(asked, { error: 'access_denied' })}>
                  {say(words.no)}
                </Button>
              </Flex>
            )}
          </Flex>
        ) : (
          <Alert type="error" showIcon title={say(words.broken)} />
        )}
      </Card>
    </Page>
  );
}
