// Roles, one at a time: in words, who has it, how customers' data is shown to it, what it may do; all of it as the policies in force say it.

import { Alert, Button, Card, Collapse, Flex, Table, Typography } from 'antd';
import { Link, useLocation, useParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { roleWords } from '../../words/roles.ts';
import { plural, useSay, type Words } from '../../words/words.ts';
import { ActionName, grouped } from '../compliance/action.tsx';
import { PolicyLine } from '../compliance/policies/policies.tsx';
import { type Cell, className, May, Sight, type SightCell, useWhoMayWhat } from '../compliance/policies/table.tsx';
import { usePolicies } from '../compliance/policies/tabs.tsx';
import type { Role } from './role-choice.tsx';
import { FromDirectory, useAbout } from './roles-directory.tsx';

const words = {
  title: { en: 'Roles', zh: '角色' },
  about: {
    en: 'What each role may see and do, worked out from the policies in force. Whoever has several may what any of them may.',
    zh: '各角色可查看与执行的内容，依据现行策略得出。拥有多个角色者可执行其中任一角色所允许的操作。',
  },
  list: { en: 'Roles', zh: '角色列表' },
  one: { en: '{count} person', zh: '{count} 人' },
  many: { en: '{count} people', zh: '{count} 人' },
  factor: { en: 'second factor needed', zh: '须设第二验证因素' },
  noFactor: { en: 'second factor optional', zh: '第二验证因素可选' },
  who: { en: 'Who has it', zh: '拥有者' },
  nobody: { en: 'Nobody has this role.', zh: '尚无人拥有此角色。' },
  people: { en: 'People', zh: '人员' },
  invited: { en: 'invited', zh: '已邀请' },
  disabled: { en: 'disabled', zh: '停用' },
  inWords: { en: 'In words', zh: '策略说明' },
  change: { en: 'Propose a change', zh: '提议更改' },
  noPolicy: { en: 'No policy is written for this role alone.', zh: '没有专门针对此角色的策略。' },
  sight: { en: 'How customers’ data is shown', zh: '客户数据的可见方式' },
  dataClass: { en: 'Class of data', zh: '数据类别' },
  shown: { en: 'Shown', zh: '可见方式' },
  acts: { en: 'What it may do', zh: '可执行的操作' },
  action: { en: 'Action', zh: '操作' },
  may: { en: 'May', zh: '权限' },
  whole: { en: 'All roles side by side', zh: '全部角色对照' },
  again: { en: '*: after proving again who one is.', zh: '*：须再次验证身份。' },
  working: { en: 'Thousands of questions are asked; this takes a few seconds.', zh: '正在逐项询问策略，需要数秒。' },
  none: { en: 'There is no such role', zh: '没有此角色' },
} as const;

const roles = Object.keys(roleWords) as Role[];

export default function Roles() {
  const say = useSay();
  const { role = roles[0]! } = useParams<{ role?: Role }>();
  const [, go] = useLocation();
  const people = usePeople();
  const countOf = (one: Role) => people.data?.filter((person) => person.roles.includes(one)).length;
  return (
    <Page title={words.title} about={words.about}>
      <Flex gap={space.large} align="start">
        <nav aria-label={say(words.list)} style={{ flex: '0 0 208px' }}>
          <Flex vertical gap={space.hair}>
            {roles.map((one) => {
              const count = countOf(one);
              return (
                <Button
                  key={one}
                  block
                  type={one === role ? 'default' : 'text'}
                  aria-current={one === role ? 'true' : undefined}
                  onClick={() => go(to('/roles/:role', { role: one }), { replace: true })}
                  style={{ height: 'auto', textAlign: 'start', display: 'block', padding: space.small, whiteSpace: 'normal' }}
                >
                  <Text strong={one === role}>{say(roleWords[one])}</Text>
                  <br />
                  <Text type="secondary">{count === undefined ? ' ' : say(plural(count, words.one, words.many), { count })}</Text>
                </Button>
              );
            })}
          </Flex>
        </nav>
        <section style={{ flex: 1, minWidth: 0 }}>
          <Flex vertical gap={space.medium}>
            {roles.includes(role) ? <One key={role} role={role} /> : <Nothing what={words.none} />}
            <FromDirectory />
          </Flex>
        </section>
      </Flex>
    </Page>
  );
}

function usePeople() {
  return useQuery({
    queryKey: ['people'],
    queryFn: () => unwrap(api.GET('/api/people')),
    select: ({ people = [] }) => people,
  });
}

function One({ role }: { role: Role }) {
  const say = useSay();
  const about = useAbout();
  const needed = about.data?.signIn.secondFactorRoles.includes(role);
  return (
    <>
      <Flex gap={space.small} align="center" wrap>
        <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
          {say(roleWords[role])}
        </Typography.Title>
        {needed !== undefined && <Mark tone={needed ? 'wait' : undefined}>{say(needed ? words.factor : words.noFactor)}</Mark>}
      </Flex>
      <Holders role={role} />
      <InWords role={role} />
      <Allowed role={role} />
    </>
  );
}

function Holders({ role }: { role: Role }) {
  const say = useSay();
  const asked = usePeople();
  const states: { readonly [state: string]: Words } = { invited: words.invited, disabled: words.disabled };
  return (
    <Card size="small" title={say(words.who)} extra={<Link href="/people">{say(words.people)}</Link>}>
      <Answer of={asked} rows={1}>
        {(people) => {
          const holders = people.filter((person) => person.roles.includes(role));
          if (holders.length === 0) return <Text type="secondary">{say(words.nobody)}</Text>;
          return (
            <Flex gap={space.small} wrap>
              {holders.map(({ id, name, login, state }) => {
                const said = states[state];
                return <Mark key={id}>{`${name} (${login})${said ? ` · ${say(said)}` : ''}`}</Mark>;
              })}
            </Flex>
          );
        }}
      </Answer>
    </Card>
  );
}

/** What policies say of this role alone. What all have, and what is forbidden to all, stands under Policies. */
function InWords({ role }: { role: Role }) {
  const say = useSay();
  const may = useMay();
  const asked = usePolicies();
  const way = may('policy.change') && <Link href="/policies/change">{say(words.change)}</Link>;
  return (
    <Card size="small" title={say(words.inWords)} extra={way}>
      <Answer of={asked}>
        {({ policies }) => {
          const own = policies.filter(({ file }) => file === `${role}.cedar`);
          if (own.length === 0) return <Text type="secondary">{say(words.noPolicy)}</Text>;
          return (
            <Flex vertical gap={space.small}>
              {own.map((policy) => (
                <PolicyLine key={policy.id} of={policy} />
              ))}
            </Flex>
          );
        }}
      </Answer>
    </Card>
  );
}

function Allowed({ role }: { role: Role }) {
  const say = useSay();
  const asked = useWhoMayWhat();
  return (
    <>
      {asked.isPending && <Alert type="info" title={say(words.working)} />}
      <Answer of={asked} rows={6}>
        {({ actions, classes }) => (
          <>
            <Card size="small" title={say(words.sight)}>
              <SightTable of={classes} role={role} />
            </Card>
            <Card size="small" title={say(words.acts)} extra={<Link href="/policies/table">{say(words.whole)}</Link>}>
              <ActionGroups of={actions} role={role} />
            </Card>
          </>
        )}
      </Answer>
    </>
  );
}

type Cells<One> = { readonly [column: string]: One };

function SightTable({ of, role }: { of: readonly { dataClass: string; cells: Cells<SightCell> }[]; role: Role }) {
  const say = useSay();
  return (
    <Table
      rowKey="dataClass"
      size="small"
      pagination={false}
      dataSource={[...of]}
      columns={[
        { title: say(words.dataClass), width: '40%', render: (_, { dataClass }) => say(className(dataClass)) },
        { title: say(words.shown), render: (_, { cells }) => cells[role] && <Sight of={cells[role]} /> },
      ]}
    />
  );
}

function ActionGroups({ of, role }: { of: readonly { action: string; cells: Cells<Cell> }[]; role: Role }) {
  const say = useSay();
  const byAction = new Map(of.map(({ action, cells }) => [action, cells[role]]));
  const allowed = [...byAction].filter(([, cell]) => (cell?.may ?? 'no') !== 'no').map(([action]) => action);
  return (
    <Flex vertical gap={space.small}>
      <Collapse
        size="small"
        items={grouped(allowed).map(({ name, actions }) => ({
          key: name.en,
          label: (
            <>
              {say(name)} <Text type="secondary">{say({ en: '{count}', zh: '{count}' }, { count: actions.length })}</Text>
            </>
          ),
          children: (
            <Table
              rowKey={(action) => action}
              size="small"
              pagination={false}
              dataSource={[...actions]}
              columns={[
                { title: say(words.action), width: '60%', render: (_, action) => <ActionName of={action} /> },
                { title: say(words.may), render: (_, action) => <May of={byAction.get(action) ?? { may: 'no' }} /> },
              ]}
            />
          ),
        }))}
      />
      <Text type="secondary">{say(words.again)}</Text>
    </Flex>
  );
}
