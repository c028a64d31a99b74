// Acts that two people do together: an inbox of what waits, and beside it what would change, who proposed it and why, and the second person's decision.

import { Button, Flex } from 'antd';
import { useLocation, useParams, useSearchParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { Help } from '../../../parts/help.tsx';
import { useKeys } from '../../../parts/keys.ts';
import { Page } from '../../../parts/page.tsx';
import { to } from '../../../parts/screen.tsx';
import { Segmented } from '../../../parts/segmented.tsx';
import { Answer, Nothing } from '../../../parts/states.tsx';
import { Text } from '../../../parts/text.tsx';
import { When } from '../../../parts/time.tsx';
import { useLanguage, useSay, type Words } from '../../../words/words.ts';
import { useNameOf } from '../who.tsx';
import { ApprovalView } from './approval.tsx';
import { ApprovalState, approvalsKey } from './state.tsx';

const words = {
  title: { en: 'Approvals', zh: '审批' },
  about: {
    en: 'One person proposes, another decides. Both stand in the audit log.',
    zh: '一人提议，另一人决定，均记入审计日志。',
  },
  waiting: { en: 'Waiting', zh: '待审批' },
  all: { en: 'All', zh: '全部' },
  none: { en: 'Nothing waits', zh: '没有待审批事项' },
  noneNext: { en: 'What somebody proposes for two people appears here.', zh: '他人提议的双人操作会出现在此。' },
  noneAll: { en: 'Nothing was proposed yet', zh: '尚无提议' },
  next: { en: 'next approval', zh: '下一项' },
  back: { en: 'approval before', zh: '上一项' },
  list: { en: 'Proposals', zh: '提议列表' },
  keys: { en: 'Keys: J and K go down and up the list.', zh: '快捷键：J、K 在列表中下移、上移。' },
} as const;

type Which = 'waiting' | 'all';
type Listed = { id: number; name: Words; state: string; proposedBy: string; proposedAtMs: number };

export default function Approvals() {
  const say = useSay();
  const [params, setParams] = useSearchParams();
  const { id } = useParams<{ id?: string }>();
  const which: Which = params.get('which') === 'all' ? 'all' : 'waiting';
  const asked = useQuery({
    queryKey: [...approvalsKey, which],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/approvals', { params: { query: which === 'waiting' ? { state: 'waiting' } : { limit: 200 } }, signal }),
      ),
    refetchInterval: 15_000,
  });
  const choice = (
    <Flex align="center" gap={space.hair}>
      <Segmented<Which>
        value={which}
        onChange={(next) => setParams(next === 'all' ? { which: 'all' } : {}, { replace: true })}
        options={(['waiting', 'all'] as const).map((value) => ({ value, label: say(words[value]) }))}
      />
      <Help about={words.keys} />
    </Flex>
  );
  return (
    <Page title={words.title} about={words.about} actions={choice}>
      <Answer of={asked}>
        {({ approvals }) => <TwoSides approvals={approvals} which={which} chosen={id === undefined ? undefined : Number(id)} />}
      </Answer>
    </Page>
  );
}

function TwoSides({ approvals, which, chosen }: { approvals: readonly Listed[]; which: Which; chosen: number | undefined }) {
  const say = useSay();
  const language = useLanguage();
  const nameOf = useNameOf();
  const [, go] = useLocation();
  const shown = chosen ?? approvals[0]?.id;
  const at = approvals.findIndex(({ id }) => id === shown);
  const open = (id: number) => go(to('/approvals/:id', { id }) + (which === 'all' ? '?which=all' : ''), { replace: true });
  const step = (by: number) => {
    const next = approvals[Math.min(approvals.length - 1, Math.max(0, at + by))];
    if (next) open(next.id);
  };
  useKeys([
    { keys: ['j'], name: words.next, act: () => step(1) },
    { keys: ['k'], name: words.back, act: () => step(-1) },
  ]);
  if (shown === undefined)
    return which === 'waiting' ? <Nothing what={words.none} next={words.noneNext} /> : <Nothing what={words.noneAll} />;
  return (
    <Flex gap={space.large} align="start" className="hf-beside">
      <nav aria-label={say(words.list)}>
        <Flex vertical gap={space.hair}>
          {approvals.map(({ id, name, state, proposedBy, proposedAtMs }) => (
            <Button
              key={id}
              block
              type={id === shown ? 'default' : 'text'}
              aria-current={id === shown ? 'true' : undefined}
              onClick={() => open(id)}
              style={{ height: 'auto', textAlign: 'start', display: 'block', padding: space.small, whiteSpace: 'normal' }}
            >
              <Flex vertical gap={space.hair}>
                <Flex justify="space-between" gap={space.small}>
                  <Text strong={id === shown}>{name[language]}</Text>
                  <ApprovalState of={state} />
                </Flex>
                <Text type="secondary">
                  {nameOf(proposedBy)} · <When atMs={proposedAtMs} />
                </Text>
              </Flex>
            </Button>
          ))}
        </Flex>
      </nav>
      <section style={{ flex: 1, minWidth: 0 }}>
        <ApprovalView key={shown} id={shown} />
      </section>
    </Flex>
  );
}
