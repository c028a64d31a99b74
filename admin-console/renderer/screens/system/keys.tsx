// The node's keys and its seal: how far a rotation is, a new one, and closing the node.

import { LockOutlined } from '@ant-design/icons';
import { Card, Flex, Form, Progress, Radio } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay, useSessionChanged } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay, type Words } from '../../words/words.ts';

const words = {
  title: { en: 'Keys and seal', zh: '密钥与封存' },
  about: {
    en: 'Every record has a key of its own; one key lies over all of them, and the passphrase or enough shares over that.',
    zh: '每条记录有各自的密钥，其上由一把密钥统一包裹，再由口令或足够的恢复份额保护。',
  },
  rotation: { en: 'Rotation', zh: '密钥轮换' },
  rotationHelp: {
    en: 'A rotation goes on beside everything else, and after a restart by itself.',
    zh: '轮换在后台进行，不影响其他操作；重启后会自动继续。',
  },
  rotate: { en: 'Rotate keys', zh: '轮换密钥' },
  rotateAbout: {
    en: 'It takes a second person: you propose it, a compliance officer approves it.',
    zh: '须经第二人批准：由您提议，合规官批准。',
  },
  reason: { en: 'Why', zh: '原因' },
  wrapping: { en: 'The key over all record keys (seconds)', zh: '包裹所有记录密钥的密钥（数秒）' },
  data: {
    en: 'A new key for every record, its rows sealed anew (minutes to hours)',
    zh: '为每条记录更换密钥并重新加密（数分钟至数小时）',
  },
  none: { en: 'No rotation has run since the node started.', zh: '节点启动以来尚未轮换。' },
  seal: { en: 'Seal the node', zh: '封存节点' },
  sealTitle: { en: 'Seal', zh: '封存' },
  sealAbout: {
    en: 'All keys leave memory. Nothing is taken in and nobody can read until somebody opens it by the passphrase or by enough shares.',
    zh: '所有密钥离开内存。此后不再接收数据，也无人可以读取，直到用口令或足够的恢复份额解封。',
  },
  sealState: { en: 'The node is open.', zh: '节点已解封。' },
  sources: {
    en: 'Write keys of sources are under Data; tokens of programs under API keys.',
    zh: '数据源的写入密钥见“数据”；程序的令牌见“API 密钥”。',
  },
} as const;

const states: { readonly [state: string]: { words: Words; tone: 'good' | 'wait' | 'bad' } } = {
  running: { words: { en: 'running', zh: '进行中' }, tone: 'wait' },
  done: { words: { en: 'done', zh: '已完成' }, tone: 'good' },
  failed: { words: { en: 'failed', zh: '失败' }, tone: 'bad' },
};

const rotationKey = ['keys', 'rotation'];

export default function Keys() {
  const say = useSay();
  const may = useMay();
  const changed = useSessionChanged();
  return (
    <Page title={words.title} about={words.about}>
      <Flex vertical gap={space.medium}>
        <Card
          size="small"
          title={
            <>
              {say(words.rotation)} <Help about={words.rotationHelp} />
            </>
          }
          extra={
            may('keys.rotate') && (
              <Act<{ kind: 'wrapping' | 'data'; reason: string }>
                name={words.rotate}
                about={words.rotateAbout}
                reason
                initial={{ kind: 'wrapping' }}
                fields={
                  <Form.Item name="kind">
                    <Radio.Group
                      options={[
                        { value: 'wrapping', label: say(words.wrapping) },
                        { value: 'data', label: say(words.data) },
                      ]}
                    />
                  </Form.Item>
                }
                done={{ en: 'Proposed. A second person decides under Approvals.', zh: '已提议，等待他人在“审批”中决定。' }}
                refresh={[rotationKey, ['approvals']]}
                act={({ kind, reason }) =>
                  unwrap(api.POST('/api/approvals', { body: { kind: 'keys.rotate', payload: { kind }, reason } }))
                }
              />
            )
          }
        >
          <Rotation />
        </Card>
        <Card
          size="small"
          title={say(words.sealTitle)}
          extra={
            may('seal') && (
              <Act
                danger
                icon={<LockOutlined />}
                name={words.seal}
                about={words.sealAbout}
                act={() => unwrap(api.POST('/api/seal'))}
                onDone={() => void changed()}
              />
            )
          }
        >
          <Mark tone="good">{say(words.sealState)}</Mark>
        </Card>
        <Text type="secondary">{say(words.sources)}</Text>
      </Flex>
    </Page>
  );
}

function Rotation() {
  const say = useSay();
  const asked = useQuery({
    queryKey: rotationKey,
    queryFn: ({ signal }) => unwrap(api.GET('/api/keys/rotation', { signal })),
    refetchInterval: ({ state: { data } }) => (data?.state === 'running' ? 1_000 : 15_000),
  });
  return (
    <Answer of={asked} rows={1}>
      {({ kind, state, done = 0, total = 0 }) => {
        const known = state === undefined ? undefined : states[state];
        if (!known) return <Text type="secondary">{say(words.none)}</Text>;
        const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
        return (
          <Flex vertical gap={space.small}>
            <span>
              {say(kind === 'data' ? words.data : words.wrapping)} <Mark tone={known.tone}>{say(known.words)}</Mark>
            </span>
            <Progress
              percent={percent}
              aria-label={say(words.rotation)}
              status={state === 'failed' ? 'exception' : state === 'done' ? 'success' : 'active'}
            />
          </Flex>
        );
      }}
    </Answer>
  );
}
