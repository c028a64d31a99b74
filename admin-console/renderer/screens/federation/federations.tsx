// Federations that this node is in: how it stands in each, who else is there, and how one begins: founding one, or joining by a code.

import { Card, Descriptions, Flex, Form, Input, Radio, Space } from 'antd';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { Cards } from '../../parts/cards.tsx';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { plural, useSay } from '../../words/words.ts';
import { Fingerprint, Fingerprints } from './fingerprint.tsx';
import { NameFields, nameOf } from './organisation-name.tsx';
import { type Federation, keys, useFederations, useNamed } from './shared.ts';
import { federationStates } from './standing.ts';

const words = {
  title: { en: 'Federations', zh: '联盟' },
  about: {
    en: 'Organisations that match and train together. No record leaves the node in the clear.',
    zh: '共同匹配与训练的机构；数据不以明文离开节点。',
  },
  none: { en: 'This node is in no federation', zh: '本节点尚未加入联盟' },
  noneNext: {
    en: 'Found one and invite others, or join by the code that a founder gave you.',
    zh: '可创建联盟并邀请其他机构，或使用创建方提供的邀请码加入。',
  },
  noneNextReader: { en: 'An administrator founds or joins one.', zh: '由管理员创建或加入。' },
  found: { en: 'Found a federation', zh: '创建联盟' },
  foundAbout: {
    en: 'This node makes the keys of the federation and admits members. You invite them next.',
    zh: '由本节点生成联盟密钥并接纳成员，随后邀请其他机构。',
  },
  address: { en: 'Where members reach the coordinator', zh: '成员连接协调方的地址' },
  addressAbout: { en: 'Host and port, such as federation.example.org:7443', zh: '主机与端口，如 federation.example.org:7443' },
  needed: { en: 'Needed', zh: '必填' },
  coordinator: { en: 'The coordinator', zh: '协调方' },
  separate: { en: 'A machine of its own, invited next: it can count for matches', zh: '独立机器（随后邀请），可为匹配计数' },
  own: { en: 'Inside this node: simplest, but no neutral counter', zh: '在本节点内运行：最简单，但没有中立的计数方' },
  join: { en: 'Join by a code', zh: '凭邀请码加入' },
  joinAbout: {
    en: 'The founder gave you a code. After asking, both sides read their fingerprints to each other by telephone.',
    zh: '请填写创建方提供的邀请码。提交后，双方通过电话互相核对指纹。',
  },
  code: { en: 'Invitation code', zh: '邀请码' },
  asked: { en: 'Asked. Now call the founder.', zh: '已提交，请致电创建方。' },
  askedAbout: {
    en: 'Call {name} on a number that you have from elsewhere. Read yours out; the founder types it. Have theirs read to you, and compare it with what stands here.',
    zh: '请用另行取得的号码致电 {name}：读出本方指纹，由创建方输入；再请对方读出其指纹，与下方核对。',
  },
  ours: { en: 'Ours, to read out', zh: '本方指纹（读给对方）' },
  theirs: { en: 'The founder’s, to compare', zh: '创建方指纹（用于核对）' },
  close: { en: 'Close', zh: '关闭' },
  members: { en: 'Organisations', zh: '机构' },
  standing: { en: 'Our standing', zh: '本方身份' },
  founder: { en: 'founder', zh: '创建方' },
  certificate: { en: 'Our certificate', zh: '本方证书' },
  ends: { en: 'ends', zh: '到期：' },
  contact: { en: 'Coordinator', zh: '协调方' },
  reached: { en: 'answered', zh: '最近响应：' },
  notYet: { en: 'not reached yet', zh: '尚未连通' },
  away: { en: 'does not answer', zh: '无响应' },
  here: { en: 'inside this node', zh: '在本节点内' },
  problems: { en: '{count} problem', zh: '{count} 个问题' },
  problemsMany: { en: '{count} problems', zh: '{count} 个问题' },
  of: { en: 'Federation of {name}', zh: '{name} 的联盟' },
  help: {
    en: 'The founder keeps the keys of the federation and admits members by fingerprints that were compared by telephone. The coordinator passes sealed messages on and cannot open them.',
    zh: '创建方保管联盟密钥，并在电话核对指纹后接纳成员。协调方只传递加封的消息，无法打开。',
  },
} as const;

export default function Federations() {
  const may = useMay();
  const asked = useFederations();
  const may1 = may('federation.found');
  const [joined, setJoined] = useState<Asked>();
  const actions = (
    <Space wrap>
      <Help about={words.help} />
      {may('federation.join') && <Join onAsked={setJoined} />}
      {may1 && <Found />}
    </Space>
  );
  return (
    <Page title={words.title} about={words.about} actions={actions}>
      {joined && <Compare asked={joined} />}
      <Answer of={asked}>
        {(federations) => (
          <Cards
            of={federations}
            none={words.none}
            next={may1 ? words.noneNext : words.noneNextReader}
            card={(one) => <One key={one.federation} federation={one} />}
          />
        )}
      </Answer>
    </Page>
  );
}

export const isAway = ({ problems }: Federation): boolean => problems.some(({ code }) => code === 'unreachable');

function One({ federation: one }: { federation: Federation }) {
  const say = useSay();
  const named = useNamed();
  const state = federationStates[one.state];
  const active = one.members.filter(({ status }) => status === 'member').length;
  const problems = one.problems.length;
  return (
    <Card
      size="small"
      title={
        <Link href={to('/federations/:federation', { federation: one.federation })}>
          {say(words.of, { name: named(one.name) })}
        </Link>
      }
      extra={
        <Space>
          {problems > 0 && (
            <Mark tone="bad">{say(plural(problems, words.problems, words.problemsMany), { count: problems })}</Mark>
          )}
          <Mark tone={state.tone}>{say(state)}</Mark>
        </Space>
      }
    >
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 2, lg: 4 }}
        items={[
          { key: 'members', label: say(words.members), children: active },
          {
            key: 'standing',
            label: say(words.standing),
            children: one.founder ? say(words.founder) : say(federationStates[one.state]),
          },
          { key: 'certificate', label: say(words.certificate), children: <Ends atMs={one.certificateEndsAtMs} /> },
          { key: 'contact', label: say(words.contact), children: <Contact federation={one} /> },
        ]}
      />
    </Card>
  );
}

export function Ends({ atMs }: { atMs: number | undefined }) {
  const say = useSay();
  if (atMs === undefined) return '–';
  return (
    <span>
      {say(words.ends)} <When atMs={atMs} />
    </span>
  );
}

export function Contact({ federation: one }: { federation: Federation }) {
  const say = useSay();
  if (one.coordinatorInNode) return <Mark tone="good">{say(words.here)}</Mark>;
  if (isAway(one)) return <Mark tone="bad">{say(words.away)}</Mark>;
  if (one.contactAtMs === undefined) return <Mark tone="wait">{say(words.notYet)}</Mark>;
  return (
    <span>
      {say(words.reached)} <When atMs={one.contactAtMs} />
    </span>
  );
}

type FoundFields = NameFields & { address: string; coordinator: 'own' | 'separate' };

function Found() {
  const say = useSay();
  const [, go] = useLocation();
  return (
    <Act<FoundFields, { federation: string }>
      name={words.found}
      about={words.foundAbout}
      initial={{ coordinator: 'separate' }}
      refresh={[keys.federations]}
      fields={
        <>
          <NameFields />
          <Form.Item
            name="address"
            label={say(words.address)}
            extra={say(words.addressAbout)}
            rules={[{ required: true, whitespace: true, message: say(words.needed) }]}
          >
            <Input maxLength={200} autoComplete="off" />
          </Form.Item>
          <Form.Item name="coordinator" label={say(words.coordinator)}>
            <Radio.Group>
              <Space orientation="vertical">
                <Radio value="separate">{say(words.separate)}</Radio>
                <Radio value="own">{say(words.own)}</Radio>
              </Space>
            </Radio.Group>
          </Form.Item>
        </>
      }
      act={({ address, coordinator, ...name }) =>
        unwrap(api.POST('/api/federations', { body: { name: nameOf(name), address: address.trim(), coordinator } }))
      }
      onDone={({ federation }) => go(to('/federations/:federation', { federation }))}
    />
  );
}

type Asked = { federation: string; fingerprint: string; founder: { name: { en: string; zh: string }; fingerprint: string } };

function Join({ onAsked }: { onAsked: (asked: Asked) => void }) {
  const say = useSay();
  return (
    <Act<NameFields & { code: string }, Asked>
      name={words.join}
      about={words.joinAbout}
      done={words.asked}
      refresh={[keys.federations]}
      fields={
        <>
          <Form.Item
            name="code"
            label={say(words.code)}
            rules={[{ required: true, whitespace: true, message: say(words.needed) }]}
          >
            <Input.TextArea maxLength={600} rows={3} autoComplete="off" autoFocus />
          </Form.Item>
          <NameFields />
        </>
      }
      act={({ code, ...name }) => unwrap(api.POST('/api/federations/join', { body: { name: nameOf(name), code: code.trim() } }))}
      onDone={onAsked}
    />
  );
}

function Compare({ asked }: { asked: Asked }) {
  const say = useSay();
  const named = useNamed();
  return (
    <Flex vertical gap={space.small} style={{ marginBottom: space.large }} role="status">
      <Text strong>{say(words.asked)}</Text>
      <Text type="secondary">{say(words.askedAbout, { name: named(asked.founder.name) })}</Text>
      <Fingerprints>
        <Fingerprint whose={words.ours} of={asked.fingerprint} />
        <Fingerprint whose={words.theirs} of={asked.founder.fingerprint} />
      </Fingerprints>
    </Flex>
  );
}
