// Where roles come from beside this node: the groups of the organisation's directory, the provider that people sign in by, and the keys by which the
// directory brings people (SCIM). Set in the configuration; here it is only read.

import { Card, Flex, Table } from 'antd';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Mark } from '../../parts/mark.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { roleWords } from '../../words/roles.ts';
import { useSay } from '../../words/words.ts';
import { Facts } from '../compliance/facts.tsx';

const words = {
  title: { en: 'Roles from the directory', zh: '来自目录的角色' },
  none: {
    en: 'No directory is set up: roles are given by hand under People. A provider (OpenID Connect), groups and SCIM are set in the configuration of the node.',
    zh: '未设置目录：角色在“人员”中手工分配。身份提供方（OpenID Connect）、组与 SCIM 在节点配置中设置。',
  },
  provider: { en: 'Provider', zh: '身份提供方' },
  noProvider: { en: 'none', zh: '未设置' },
  unknown: { en: 'Somebody new who signs in', zh: '首次登录的人员' },
  made: { en: 'becomes one of the people, with the roles of their groups', zh: '自动加入人员，角色取自所在的组' },
  refused: { en: 'is refused until they are invited', zh: '在受邀之前被拒绝' },
  scim: { en: 'People from the directory (SCIM)', zh: '目录同步（SCIM）' },
  noScim: { en: 'no key was made for it', zh: '尚未为其创建密钥' },
  lastUsed: { en: 'last used', zh: '最近使用' },
  neverUsed: { en: 'not used yet', zh: '尚未使用' },
  valid: { en: 'valid', zh: '有效' },
  expired: { en: 'run out', zh: '已过期' },
  revoked: { en: 'taken away', zh: '已撤销' },
  keys: { en: 'API keys', zh: 'API 密钥' },
  group: { en: 'Group', zh: '组' },
  roles: { en: 'Roles here', zh: '本节点角色' },
  noGroups: { en: 'No group has roles here.', zh: '没有组对应本节点的角色。' },
} as const;

/** What the node says of itself. */
export const useAbout = () => useQuery({ queryKey: ['about'], queryFn: () => unwrap(api.GET('/api/about')) });

export function FromDirectory() {
  const say = useSay();
  const may = useMay();
  const asked = useAbout();
  return (
    <Card size="small" title={say(words.title)} extra={may('api-key.list') && <Link href="/api-keys">{say(words.keys)}</Link>}>
      <Answer of={asked} rows={2}>
        {({ signIn }) =>
          signIn.directory ? (
            <Flex vertical gap={space.medium}>
              <Facts
                of={[
                  [words.provider, signIn.issuer ?? say(words.noProvider)],
                  [
                    words.unknown,
                    signIn.issuer === undefined ? undefined : say(signIn.peopleOnFirstSignIn ? words.made : words.refused),
                  ],
                  [words.scim, may('api-key.list') ? <DirectoryKeys key="keys" /> : undefined],
                ]}
              />
              {signIn.groups.length === 0 ? (
                <Text type="secondary">{say(words.noGroups)}</Text>
              ) : (
                <Table
                  rowKey="group"
                  size="small"
                  pagination={{ pageSize: 50, hideOnSinglePage: true }}
                  dataSource={[...signIn.groups]}
                  columns={[
                    { title: say(words.group), render: (_, { group }) => <span className="hf-break">{group}</span> },
                    {
                      title: say(words.roles),
                      render: (_, { roles }) => roles.map((role) => <Mark key={role}>{say(roleWords[role])}</Mark>),
                    },
                  ]}
                />
              )}
            </Flex>
          ) : (
            <Flex vertical gap={space.small}>
              <Text type="secondary">{say(words.none)}</Text>
              {may('api-key.list') && <Facts of={[[words.scim, <DirectoryKeys key="keys" />]]} />}
            </Flex>
          )
        }
      </Answer>
    </Card>
  );
}

function DirectoryKeys() {
  const say = useSay();
  const asked = useQuery({ queryKey: ['api-keys'], queryFn: () => unwrap(api.GET('/api/api-keys')) });
  return (
    <Answer of={asked} rows={1}>
      {({ keys }) => {
        const own = keys.filter(({ scope }) => scope === 'directory');
        if (own.length === 0) return say(words.noScim);
        return (
          <Flex vertical gap={space.hair}>
            {own.map(({ id, name, state, lastUsedAtMs }) => (
              <span key={id}>
                {name} <Mark tone={state === 'valid' ? 'good' : undefined}>{say(words[state])}</Mark>{' '}
                {lastUsedAtMs === undefined ? (
                  say(words.neverUsed)
                ) : (
                  <>
                    {say(words.lastUsed)} <When atMs={lastUsedAtMs} />
                  </>
                )}
              </span>
            ))}
          </Flex>
        );
      }}
    </Answer>
  );
}
