// The desktop console's own page: type the enrolment code, sign in by the browser, and what to do when the node is away or is not the one it was.

import { Alert, Button, Flex, Form, Input, Spin } from 'antd';
import { useEffect, useState } from 'react';
import type { Bridge, Problem, State } from '../../../main/ipc.ts';
import { space } from '../../design/design.ts';
import { Text } from '../../parts/text.tsx';
import { useSay, type Words } from '../../words/words.ts';
import { DoorCard } from '../door/door.tsx';

declare global {
  interface Window {
    /** What the preload gives to this page alone. */
    readonly holdfast: Bridge;
  }
}

const words = {
  enrol: { en: 'Enrol this computer', zh: '登记本机' },
  enrolAbout: {
    en: 'The code says where your node is and whose key it answers with. Your administrator has it.',
    zh: '登记码说明节点的地址及其密钥指纹，请向管理员索取。',
  },
  code: { en: 'Enrolment code', zh: '登记码' },
  codeHelp: {
    en: 'Capitals, hyphens and spaces do not matter. An administrator gets it by: holdfast console enrol',
    zh: '大小写、连字符与空格均不影响。管理员可用命令获取：holdfast console enrol',
  },
  needed: { en: 'Needed', zh: '必填' },
  goOn: { en: 'Continue', zh: '继续' },
  signIn: { en: 'Sign in', zh: '登录' },
  signInAbout: {
    en: 'Your browser opens. Sign in there as always, then let this console in.',
    zh: '将打开浏览器。请照常登录，并允许本控制台登录。',
  },
  browser: { en: 'Sign in with the browser', zh: '通过浏览器登录' },
  waiting: { en: 'Waiting for your browser', zh: '等待浏览器' },
  waitingAbout: {
    en: 'Let the desktop console in on the page that opened. It comes back here by itself.',
    zh: '请在打开的页面上允许桌面控制台登录，随后会自动返回。',
  },
  cancel: { en: 'Cancel', zh: '取消' },
  opening: { en: 'Connecting', zh: '正在连接' },
  away: { en: 'Not connected', zh: '未连接' },
  again: { en: 'Try again', zh: '重试' },
  forget: { en: 'Use another node', zh: '更换节点' },
  node: { en: 'Node', zh: '节点' },
  plain: { en: 'plain HTTP on this computer', zh: '本机明文 HTTP' },
  pinned: { en: 'known by its key', zh: '已按密钥识别' },
  notKept: {
    en: 'This computer has no keyring that could keep you signed in safely. Nothing is written down; you sign in again at each start.',
    zh: '本机没有可安全保存登录状态的密钥环，因此不会保存；每次启动都需要重新登录。',
  },
} as const;

const problemWords: { readonly [problem in Problem]: Words } = {
  code_mistyped: {
    en: 'A sign of the code is wrong or missing. Compare it with the original.',
    zh: '登记码有误或不完整，请与原文核对。',
  },
  code_newer: {
    en: 'This console does not know codes of this kind. Install a newer console.',
    zh: '本控制台无法识别此类登记码，请安装更新的版本。',
  },
  unreachable: {
    en: 'The node does not answer. Look at the network, or ask whoever runs it.',
    zh: '节点没有响应。请检查网络，或联系节点运维人员。',
  },
  other_key: {
    en: 'Something answers at this address, but with another key than the one you enrolled. Do not go on; ask your administrator whether the key was replaced, and for a new code.',
    zh: '该地址的应答方使用了与登记时不同的密钥。请勿继续；请向管理员确认密钥是否已更换，并索取新的登记码。',
  },
  sign_in_refused: {
    en: 'The console was not let in. Begin again.',
    zh: '未获准登录，请重新开始。',
  },
  sign_in_timed_out: { en: 'The browser did not come back in time. Begin again.', zh: '浏览器未在规定时间内返回，请重新开始。' },
  no_browser: { en: 'No browser could be opened on this computer.', zh: '无法在本机打开浏览器。' },
  crashed: { en: 'The page stopped unexpectedly. Nothing that was saved is lost.', zh: '页面意外停止，已保存的内容不受影响。' },
};

export function Desktop() {
  const say = useSay();
  const [state, setState] = useState<State>();
  useEffect(() => {
    let here = true;
    const look = () =>
      void window.holdfast.ask('console:state', {}).then((next) => {
        if (here) setState(next);
      });
    const stop = window.holdfast.onChanged(look);
    look();
    return () => {
      here = false;
      stop();
    };
  }, []);
  if (!state) return null;
  const problem = state.problem && <Alert type="error" showIcon title={say(problemWords[state.problem])} />;
  if (state.stage === 'enrol') return <Enrol problem={problem} told={setState} />;
  return (
    <DoorCard title={titleOf(state)} {...aboutOf(state)}>
      <Flex vertical gap={space.medium}>
        {problem}
        {state.node && <Node node={state.node} />}
        {state.stage === 'sign-in' && !state.keeps && <Alert type="info" showIcon title={say(words.notKept)} />}
        <Acts state={state} told={setState} />
      </Flex>
    </DoorCard>
  );
}

function titleOf({ stage, problem }: State): Words {
  if (stage === 'opening') return problem ? words.away : words.opening;
  return stage === 'waiting' ? words.waiting : words.signIn;
}

function aboutOf({ stage }: State): { about?: Words } {
  if (stage === 'opening') return {};
  return { about: stage === 'waiting' ? words.waitingAbout : words.signInAbout };
}

function Node({ node: { address, plain } }: { node: NonNullable<State['node']> }) {
  const say = useSay();
  return (
    <Text type="secondary" className="hf-break">
      {say(words.node)} {address} · {say(plain ? words.plain : words.pinned)}
    </Text>
  );
}

type Told = { told(state: State): void };

function Acts({ state: { stage, problem }, told }: { state: State } & Told) {
  const say = useSay();
  const ask = (channel: 'console:sign-in' | 'console:cancel' | 'console:again' | 'console:forget') =>
    void window.holdfast.ask(channel, {}).then(told);
  const forget = (
    <Button type="text" block onClick={() => ask('console:forget')}>
      {say(words.forget)}
    </Button>
  );
  if (stage === 'waiting') {
    return (
      <>
        <Flex justify="center">
          <Spin />
        </Flex>
        <Button block autoFocus onClick={() => ask('console:cancel')}>
          {say(words.cancel)}
        </Button>
      </>
    );
  }
  if (stage === 'opening' && !problem) {
    return (
      <Flex justify="center">
        <Spin />
      </Flex>
    );
  }
  const signIn = stage === 'sign-in';
  return (
    <>
      <Button type="primary" block autoFocus onClick={() => ask(signIn ? 'console:sign-in' : 'console:again')}>
        {say(signIn ? words.browser : words.again)}
      </Button>
      {forget}
    </>
  );
}

function Enrol({ problem, told }: { problem: React.ReactNode } & Told) {
  const say = useSay();
  const [busy, setBusy] = useState(false);
  const enrol = async ({ code }: { code: string }) => {
    setBusy(true);
    told(await window.holdfast.ask('console:enrol', { code }));
    setBusy(false);
  };
  return (
    <DoorCard title={words.enrol} about={words.enrolAbout}>
      <Form layout="vertical" requiredMark={false} autoComplete="off" onFinish={(values: { code: string }) => void enrol(values)}>
        {problem && <div style={{ marginBottom: space.medium }}>{problem}</div>}
        <Form.Item
          name="code"
          label={say(words.code)}
          extra={say(words.codeHelp)}
          rules={[{ required: true, whitespace: true, message: say(words.needed) }]}
        >
          <Input.TextArea autoFocus rows={4} spellCheck={false} maxLength={2_200} />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy}>
          {say(words.goOn)}
        </Button>
      </Form>
    </DoorCard>
  );
}
