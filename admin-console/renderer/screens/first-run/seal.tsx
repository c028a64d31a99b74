// The seal, and what opens it when the passphrase is gone: recovery shares, made here, shown one by one and this once, and good only once enough of
// them were typed back.

import { useQueryClient } from '@tanstack/react-query';
import { Alert, Flex, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { Help } from '../../parts/help.tsx';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { useSeal } from './progress.ts';
import { HandOut, TypeBack } from './shares.tsx';

const words = {
  about: {
    en: 'Everything on this node is encrypted. While it is open its keys are in memory; sealed, it is noise. The passphrase opens it.',
    zh: '节点上的所有数据均已加密。解封时密钥在内存中，封存后数据不可读。口令可解封节点。',
  },
  help: {
    en: 'A node starts sealed after every restart. If the passphrase is lost and there are no recovery shares, nobody can ever read the data again, not even its maker.',
    zh: '节点每次重启后处于封存状态。若口令遗失且没有恢复份额，任何人（包括开发者）都无法再读取数据。',
  },
  none: {
    en: 'There are no recovery shares: whoever forgets the passphrase loses everything.',
    zh: '尚未生成恢复份额：一旦忘记口令，数据将全部丢失。',
  },
  have: { en: 'Any {needed} of {of} recovery shares open this node.', zh: '{of} 份恢复份额中任意 {needed} 份可解封本节点。' },
  make: { en: 'Make recovery shares', zh: '生成恢复份额' },
  anew: { en: 'Make new shares', zh: '重新生成份额' },
  makeAbout: {
    en: 'Each goes to another person. They are shown one by one, this once. Shares made before stay good until enough of the new ones were typed back.',
    zh: '每份交给不同的人，逐份显示且仅显示一次。新份额完成回输确认前，此前的份额仍然有效。',
  },
  passphrase: { en: 'Passphrase of the node', zh: '节点口令' },
  passphraseHelp: {
    en: 'Not your password: the one that opens the node. A node made by npm start has it in the file passphrase of its data folder.',
    zh: '不是您的登录密码，而是解封节点的口令。通过 npm start 创建的节点，口令位于数据目录的 passphrase 文件中。',
  },
  of: { en: 'How many shares', zh: '份额总数' },
  needed: { en: 'How many open the node', zh: '解封所需份数' },
  must: { en: 'Needed', zh: '必填' },
  more: { en: 'No more than there are shares', zh: '不能超过份额总数' },
  made: { en: 'Made. Hand them out now.', zh: '已生成，请立即分发。' },
} as const;

export type MadeShares = { readonly shares: readonly string[]; readonly needed: number };
type Values = { passphrase: string; needed: number; of: number };

export function SealStep() {
  const say = useSay();
  return (
    <Flex vertical gap={space.medium}>
      <Text>
        {say(words.about)} <Help about={words.help} />
      </Text>
      <Shares />
    </Flex>
  );
}

/** Everything about recovery shares; it may stand on any screen. */
export function Shares() {
  const say = useSay();
  const seal = useSeal();
  const client = useQueryClient();
  const [made, setMade] = useState<MadeShares>();
  const [handed, setHanded] = useState(false);
  const over = async () => {
    setMade(undefined);
    setHanded(false);
    await client.invalidateQueries({ queryKey: ['seal'] });
  };
  return (
    <Answer of={seal} rows={2}>
      {({ shares, waiting }) => {
        if (made && !handed) return <HandOut made={made} done={() => setHanded(true)} />;
        const needed = made?.needed ?? waiting?.needed;
        return (
          <Flex vertical gap={space.medium} align="start">
            {shares ? (
              <Alert type="success" showIcon title={say(words.have, { needed: shares.needed, of: shares.of })} />
            ) : (
              <Alert type="warning" showIcon title={say(words.none)} />
            )}
            {needed !== undefined && <TypeBack needed={needed} done={over} />}
            <Make
              again={shares !== undefined || needed !== undefined}
              made={(next) => {
                setHanded(false);
                setMade(next);
              }}
            />
          </Flex>
        );
      }}
    </Answer>
  );
}

function Make({ again, made }: { again: boolean; made(made: MadeShares): void }) {
  const say = useSay();
  const rules = [{ required: true, message: say(words.must) }];
  return (
    <Act<Values, MadeShares>
      {...(!again && { type: 'primary' as const })}
      name={again ? words.anew : words.make}
      about={words.makeAbout}
      initial={{ needed: 2, of: 3 }}
      refresh={[['seal']]}
      done={words.made}
      act={async (body) => {
        const { shares } = await unwrap(api.POST('/api/keys/shares', { body }));
        return { shares, needed: body.needed };
      }}
      onDone={made}
      fields={
        <>
          <Form.Item name="passphrase" label={say(words.passphrase)} extra={say(words.passphraseHelp)} rules={rules}>
            <Input.Password autoFocus autoComplete="off" />
          </Form.Item>
          <Form.Item name="of" label={say(words.of)} rules={rules}>
            <InputNumber min={2} max={16} precision={0} />
          </Form.Item>
          <Form.Item
            name="needed"
            label={say(words.needed)}
            dependencies={['of']}
            rules={[
              ...rules,
              ({ getFieldValue }) => ({
                validator: async (_, value: number) => {
                  if (value > Number(getFieldValue('of'))) throw new Error(say(words.more));
                },
              }),
            ]}
          >
            <InputNumber min={2} max={16} precision={0} />
          </Form.Item>
        </>
      }
    />
  );
}
