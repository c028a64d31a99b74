// Who else is needed: dangerous acts want two people, so that one administrator alone stands still. The first came in by the link of the first start.

import { UserAddOutlined } from '@ant-design/icons';
import { Alert, Button, Flex } from 'antd';
import { useState } from 'react';
import { Link as To } from 'wouter';
import { space } from '../../design/design.ts';
import { addressOfLink } from '../../parts/given-link.ts';
import { Mark } from '../../parts/mark.tsx';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay, type Words } from '../../words/words.ts';
import { Copy } from '../data/sources-snippets.tsx';
import { Invite, type Link } from '../system/invite.tsx';
import type { Role } from '../system/role-choice.tsx';
import { usePeople } from './progress.ts';

const words = {
  about: {
    en: 'Erasing a customer, rotating keys or changing a policy takes two people: one proposes, another approves. Invite them now, so that nobody waits later.',
    zh: '删除客户、轮换密钥、更改策略等操作须由两人完成：一人提议，另一人批准。请现在邀请，以免日后等待。',
  },
  first: { en: 'First administrator', zh: '首位管理员' },
  second: { en: 'Second administrator', zh: '第二位管理员' },
  officer: { en: 'Compliance officer', zh: '合规官' },
  there: { en: 'signed in', zh: '已登录' },
  invited: { en: 'invited, not signed in yet', zh: '已邀请，尚未登录' },
  missing: { en: 'missing', zh: '缺少' },
  invite: { en: 'Invite', zh: '邀请' },
  inviteFor: { en: 'Invite: {who}', zh: '邀请{who}' },
  link: { en: 'One-time link', zh: '一次性链接' },
  linkAbout: {
    en: 'Hand it over in person: whoever opens it first has the account. It is shown this once and works once, until {until}.',
    zh: '请当面交给对方，首位打开者即取得该账户。仅显示这一次，{until} 前可用一次。',
  },
  all: { en: 'Everybody who uses this node', zh: '查看所有人员' },
} as const;

type Person = { readonly name?: string; readonly state?: string; readonly roles?: readonly string[] };
type Place = { readonly key: string; readonly name: Words; readonly role: Role; readonly person: Person | undefined };

export function SecondPeople() {
  const say = useSay();
  const formats = useFormats();
  const people = usePeople();
  const [inviting, setInviting] = useState<Role>();
  const [link, setLink] = useState<Link>();
  return (
    <Flex vertical gap={space.medium}>
      <Text>{say(words.about)}</Text>
      {link && (
        <Alert
          type="info"
          showIcon
          title={say(words.link)}
          description={
            <Flex vertical gap={space.small} align="start">
              {say(words.linkAbout, { until: formats.moment(link.expiresAtMs) })}
              <Text code className="hf-break">
                {addressOfLink(link.token)}
              </Text>
              <Copy text={addressOfLink(link.token)} />
            </Flex>
          }
        />
      )}
      <Answer of={people}>{(list) => <Places places={placesOf(list)} invite={setInviting} />}</Answer>
      <To href="/people">{say(words.all)}</To>
      {inviting && <Invite roles={[inviting]} close={() => setInviting(undefined)} linked={setLink} />}
    </Flex>
  );
}

/** Who is active comes first. */
function placesOf(people: readonly Person[]): Place[] {
  const holding = (role: string) =>
    people
      .filter(({ roles = [], state }) => roles.includes(role) && state !== 'disabled')
      .sort((one, other) => Number(other.state === 'active') - Number(one.state === 'active'));
  const [first, second] = holding('administrator');
  return [
    { key: 'first', name: words.first, role: 'administrator', person: first },
    { key: 'second', name: words.second, role: 'administrator', person: second },
    { key: 'officer', name: words.officer, role: 'compliance', person: holding('compliance')[0] },
  ];
}

function Places({ places, invite }: { places: readonly Place[]; invite(role: Role): void }) {
  const say = useSay();
  return (
    <Flex vertical gap={space.small}>
      {places.map(({ key, name, role, person }) => (
        <Flex key={key} data-place={key} justify="space-between" align="center" gap={space.medium} wrap style={{ minHeight: 40 }}>
          <div>
            <Text strong>{say(name)}</Text> {person?.name}
          </div>
          {person ? (
            <Mark tone={person.state === 'active' ? 'good' : 'wait'}>
              {say(person.state === 'active' ? words.there : words.invited)}
            </Mark>
          ) : (
            <Flex gap={space.small} align="center">
              <Mark tone="bad">{say(words.missing)}</Mark>
              <Button
                icon={<UserAddOutlined />}
                onClick={() => invite(role)}
                aria-label={say(words.inviteFor, { who: say(name) })}
              >
                {say(words.invite)}
              </Button>
            </Flex>
          )}
        </Flex>
      ))}
    </Flex>
  );
}
