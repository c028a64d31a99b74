// The key that opens the sums of a round, at its custodian: agreeing to keep it, whole or in shares; fetching a share, which is shown once; and giving
// shares after the node has started anew.

import { Alert, Flex, Form, Input, InputNumber, Modal, Radio, Space, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useMay } from '../../parts/session.ts';
import { useSay } from '../../words/words.ts';
import { keys, propose, type RoundInFull } from './shared.ts';

const words = {
  keep: { en: 'Keep the key', zh: '保管密钥' },
  keepAbout: {
    en: 'Whoever keeps it sees each sum over all members, and never one member’s part. A second person approves.',
    zh: '保管方可看到全体之和，看不到任何一方的部分；须经他人批准。',
  },
  how: { en: 'How', zh: '方式' },
  whole: { en: 'In this node’s vault: it goes on by itself after a restart', zh: '由本节点保险库保管：重启后自动继续' },
  split: { en: 'In shares of several people: after a restart they have to open it', zh: '拆分为多人份额：重启后须由其打开' },
  shares: { en: 'Shares', zh: '份额数' },
  neededShares: { en: 'Needed to open', zh: '打开所需' },
  needed: { en: 'Needed', zh: '必填' },
  unfetched: {
    en: 'The key is in {shares} shares; {unfetched} are not fetched yet. Training begins when all are.',
    zh: '密钥拆分为 {shares} 份，尚有 {unfetched} 份未领取；全部领取后开始训练。',
  },
  fetch: { en: 'Fetch my share', zh: '领取我的份额' },
  fetchAbout: {
    en: 'Shown once, and to one person each. Write it down where only you find it. A restart of the node before all are fetched makes it void.',
    zh: '仅显示一次，每人一份；请妥善记录于仅您可取得之处。全部领取之前若节点重启，份额作废。',
  },
  share: { en: 'Share {number} of {of}', zh: '第 {number} 份，共 {of} 份' },
  shareAbout: {
    en: 'Any {needed} of them open the key. It is not shown again.',
    zh: '任意 {needed} 份即可打开密钥；不会再次显示。',
  },
  locked: {
    en: 'The node has started anew: the key is locked. {given} of {needed} shares were given.',
    zh: '节点已重启，密钥已锁定；已提供 {given} / {needed} 份。',
  },
  give: { en: 'Give my share', zh: '提供我的份额' },
  giveAbout: {
    en: 'With the last that is needed the round goes on. Shares are not kept.',
    zh: '达到所需份数后训练继续；份额不会保存。',
  },
  mine: { en: 'Share', zh: '份额' },
} as const;

type Fetched = { share: string; number: number; of: number; needed: number };

export function KeepKey({ round }: { round: string }) {
  const say = useSay();
  const least = { min: 2, max: 16, precision: 0 } as const;
  return (
    <Act<{ how: 'whole' | 'split'; shares?: number; needed?: number; reason: string }>
      name={words.keep}
      about={words.keepAbout}
      type="primary"
      reason
      initial={{ how: 'whole', shares: 3, needed: 2 }}
      refresh={[keys.rounds]}
      fields={
        <>
          <Form.Item name="how" label={say(words.how)}>
            <Radio.Group>
              <Space orientation="vertical">
                <Radio value="whole">{say(words.whole)}</Radio>
                <Radio value="split">{say(words.split)}</Radio>
              </Space>
            </Radio.Group>
          </Form.Item>
          <Form.Item noStyle shouldUpdate={(before, now) => before.how !== now.how}>
            {({ getFieldValue }) =>
              getFieldValue('how') === 'split' && (
                <Space size={space.medium}>
                  <Form.Item name="shares" label={say(words.shares)}>
                    <InputNumber {...least} />
                  </Form.Item>
                  <Form.Item name="needed" label={say(words.neededShares)}>
                    <InputNumber {...least} />
                  </Form.Item>
                </Space>
              )
            }
          </Form.Item>
        </>
      }
      act={({ how, shares, needed, reason }) =>
        propose('round.custody', { round, ...(how === 'split' && { shares, needed }) }, reason)
      }
    />
  );
}

export function RoundKey({ round: { round, decide, custodian } }: { round: RoundInFull }) {
  const say = useSay();
  const may = useMay();
  const [fetched, setFetched] = useState<Fetched>();
  const { key } = custodian;
  return (
    <>
      {key && decide.includes('share') && (
        <Alert
          type="info"
          showIcon
          title={say(words.unfetched, { shares: key.shares, unfetched: key.unfetched })}
          action={
            may('round.share') && (
              <Act<object, Fetched>
                name={words.fetch}
                about={words.fetchAbout}
                size="small"
                refresh={[keys.rounds]}
                act={() => unwrap(api.POST('/api/rounds/{round}/share', { params: { path: { round } } }))}
                onDone={setFetched}
              />
            )
          }
        />
      )}
      {key?.locked && (
        <Alert
          type="warning"
          showIcon
          title={say(words.locked, { given: key.given, needed: key.needed })}
          action={
            may('round.unlock') && (
              <Act<{ share: string }>
                name={words.give}
                about={words.giveAbout}
                size="small"
                refresh={[keys.rounds]}
                fields={
                  <Form.Item
                    name="share"
                    label={say(words.mine)}
                    rules={[{ required: true, whitespace: true, message: say(words.needed) }]}
                  >
                    <Input.TextArea maxLength={400} rows={3} autoComplete="off" autoFocus />
                  </Form.Item>
                }
                act={({ share }) =>
                  unwrap(
                    api.POST('/api/rounds/{round}/unlock', { params: { path: { round } }, body: { shares: [share.trim()] } }),
                  )
                }
              />
            )
          }
        />
      )}
      {fetched && <Share of={fetched} close={() => setFetched(undefined)} />}
    </>
  );
}

function Share({ of: { share, number, of, needed }, close }: { of: Fetched; close(): void }) {
  const say = useSay();
  return (
    <Modal
      open
      title={say(words.share, { number, of })}
      onCancel={close}
      onOk={close}
      cancelButtonProps={{ style: { display: 'none' } }}
    >
      <Flex vertical gap={space.medium}>
        <Alert type="warning" showIcon title={say(words.shareAbout, { needed })} />
        <Typography.Text code copyable className="hf-break">
          {share}
        </Typography.Text>
      </Flex>
    </Modal>
  );
}
