// What a way to match reveals: to each side, to the coordinator, to those who tell each other everything, and what it costs. The sentences are the
// node's own, so that the console can say nothing else than what the report will.

import { Alert, Flex } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Text } from '../../parts/text.tsx';
import { useLanguage, useSay, type Words } from '../../words/words.ts';
import { Lines } from './proof.tsx';

export const modeNames = {
  ecdh: { en: 'Which customers (ECDH)', zh: '哪些客户（ECDH）' },
  count: { en: 'Only how many', zh: '只计数量' },
  sums: { en: 'How many, and a sum', zh: '数量与总和' },
  'salted-hash': { en: 'Which customers (salted hash)', zh: '哪些客户（加盐哈希）' },
} as const satisfies { readonly [mode: string]: Words };

const words = {
  reveals: { en: 'What this reveals', zh: '透露的内容' },
  initiator: { en: 'The initiator, {name}', zh: '发起方 {name}' },
  responder: { en: 'The responder, {name}', zh: '响应方 {name}' },
  coordinator: { en: 'The coordinator', zh: '协调方' },
  minimum: { en: 'Who keeps to the minimum', zh: '最小数量由谁遵守' },
  collusion: { en: 'If two tell each other everything', zh: '若两方串通' },
  limits: { en: 'Not protected from', zh: '不能防止' },
  trial: { en: 'How long a partner would need to try every number', zh: '对方试完全部号码所需时间' },
  quantum: { en: 'Quantum computers', zh: '量子计算机' },
  cost: { en: 'Cost, for {items} items of each side', zh: '开销（按每一方 {items} 个条目）' },
  hash: {
    en: 'The partner can recover the whole list. Choose it only with somebody whom you could give the list to.',
    zh: '对方可还原整份名单。只有在可以把名单交给对方时才选用。',
  },
} as const;

export type Sizes = { readonly initiator: number; readonly responder: number };
const readOptions = (sizes: Sizes, wants: string, who: string, kinds: readonly string[]) =>
  unwrap(
    api.GET('/api/matches/options', {
      params: {
        query: {
          ...sizes,
          wants: wants as 'items',
          who: who as 'one',
          ...(kinds.length > 0 && { kinds: kinds.join(',') }),
        },
      },
    }),
  );
export type Options = Awaited<ReturnType<typeof readOptions>>;
export type Described = Options['options'][number];
export type Option = Described['option'];

export const useOptions = (sizes: Sizes, wants = 'items', who = 'one', kinds: readonly string[] = []) =>
  useQuery({
    queryKey: ['match-options', sizes.initiator, sizes.responder, wants, who, kinds.join()],
    queryFn: () => readOptions(sizes, wants, who, kinds),
    staleTime: 600_000,
    // The list stays while figures for another size are on their way.
    placeholderData: (before) => before,
  });

export const isSame = (one: Option, other: Option): boolean =>
  one.mode === other.mode && one.learns === other.learns && one.counter === other.counter && one.countFirst === other.countFirst;

export function Leakage({
  of: { name, option, statement, cost, trial, postQuantum },
  names,
  items,
}: {
  of: Described;
  names: { readonly initiator: string; readonly responder: string };
  items: number;
}) {
  const say = useSay();
  const language = useLanguage();
  const { receives, learns, minimum, collusion, limits } = statement;
  const sides: readonly [string, readonly Words[]][] = [
    [say(words.initiator, { name: names.initiator }), [receives.initiator, learns.initiator]],
    [say(words.responder, { name: names.responder }), [receives.responder, learns.responder]],
    [say(words.coordinator), [receives.coordinator, learns.coordinator]],
    [say(words.minimum), [minimum]],
    [say(words.collusion), collusion],
    [say(words.limits), limits],
    [say(words.trial), trial],
    [say(words.quantum), postQuantum],
    [say(words.cost, { items }), cost.words],
  ];
  return (
    <section aria-label={say(words.reveals)}>
      <Flex vertical gap={space.small}>
        <Text strong>{name[language]}</Text>
        {option.mode === 'salted-hash' && <Alert type="warning" showIcon title={say(words.hash)} />}
        {sides.map(
          ([title, lines]) =>
            lines.length > 0 && (
              <div key={title}>
                <Text strong>{title}</Text>
                <Lines of={lines} />
              </div>
            ),
        )}
      </Flex>
    </section>
  );
}
