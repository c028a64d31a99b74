// A round as a live picture: each organisation, the coordinator and the custodian, whose part of the sum is there and who is waited for. The list under it
// says the same in words.

import { CheckCircleFilled, ClockCircleOutlined, LoadingOutlined, MinusCircleOutlined } from '@ant-design/icons';
import { type Edge, Handle, MarkerType, type Node, type NodeProps, Position } from '@xyflow/react';
import { Flex } from 'antd';
import { useContext, useMemo } from 'react';
import { palettes, space, type Tone, tones } from '../../design/design.ts';
import { Graph } from '../../parts/graph.tsx';
import { ModeContext } from '../../parts/settings.ts';
import { Text } from '../../parts/text.tsx';
import { useSay, type Words } from '../../words/words.ts';
import { type Round, useMemberNames, useNamed } from './shared.ts';

const words = {
  picture: { en: 'Who is where in this round', zh: '各方当前状态' },
  coordinator: { en: 'coordinator, adds what it cannot read', zh: '协调方，相加无法读取的密文' },
  custodian: { en: 'custodian, opens sums alone', zh: '密钥保管方，只打开总和' },
  owner: { en: 'has the labels and the key', zh: '持有标签与密钥' },
  us: { en: 'us', zh: '本方' },
  decides: { en: 'decides', zh: '待决定' },
  agreed: { en: 'agreed', zh: '已同意' },
  computes: { en: 'computes its part', zh: '正在计算本方部分' },
  given: { en: 'its part is there', zh: '已提交' },
  idle: { en: 'takes part', zh: '参与中' },
  unmasks: { en: 'lifts its masks', zh: '正在移除掩码' },
  answers: { en: 'is asked', zh: '待回应' },
  left: { en: 'left out', zh: '已排除' },
  evaluates: { en: 'looks at the model', zh: '正在评估模型' },
  votes: { en: 'votes', zh: '待投票' },
  adopt: { en: 'for adopting', zh: '赞成采用' },
  reject: { en: 'against', zh: '反对采用' },
  done: { en: 'took part', zh: '已参与' },
  adds: { en: 'adds', zh: '相加中' },
  waits: { en: 'waits for parts', zh: '等待各方提交' },
  passes: { en: 'passes messages on', zh: '传递消息' },
  opens: { en: 'opens the sum', zh: '正在打开总和' },
  keyWaits: { en: 'agrees to keep the key', zh: '待同意保管密钥' },
  locked: { en: 'its people have to give shares', zh: '须由其人员提供份额' },
  ready: { en: 'keeps the key', zh: '保管密钥' },
} as const;

export type PartyState = { readonly said: Words; readonly tone?: Tone; readonly busy?: boolean };

/** What a member does now, as the board has it. */
export function stateOf({ phase, members, progress, ended }: Round, member: string): PartyState {
  const one = members.find((party) => party.member === member);
  if (!one) return { said: words.idle };
  if (one.leftOut) return { said: words.left, tone: 'bad' };
  if (one.vote) return one.vote.adopt ? { said: words.adopt, tone: 'good' } : { said: words.reject, tone: 'bad' };
  if (ended) return { said: words.done };
  if (!one.accepted) return { said: words.decides, tone: 'wait' };
  if (phase === 'asked' || phase === 'agreeing') return { said: words.agreed, tone: 'good' };
  if (one.metrics) return { said: words.votes, tone: 'wait' };
  if (phase === 'voting') return { said: words.evaluates, tone: 'note', busy: true };
  const { stage, given, awaited } = progress;
  const isAwaited = awaited.includes(member);
  if (stage === 'exchanging') return isAwaited ? { said: words.answers, tone: 'note', busy: true } : { said: words.idle };
  if (stage === 'unmasking' && isAwaited) return { said: words.unmasks, tone: 'note', busy: true };
  if (given.includes(member)) return { said: words.given, tone: 'good' };
  return { said: words.computes, tone: 'note', busy: true };
}

function coordinatorState({ phase, progress: { stage } }: Round): PartyState {
  if (phase !== 'training') return { said: words.passes };
  if (stage === 'contributing') return { said: words.waits };
  return stage === 'unmasking' ? { said: words.adds, tone: 'note', busy: true } : { said: words.passes };
}

function custodianState({ phase, custodian, progress: { stage }, ended }: Round): PartyState {
  if (ended) return { said: words.ready };
  if (!custodian.agreed) return { said: words.keyWaits, tone: 'wait' };
  if (phase === 'custody_locked' || custodian.key?.locked) return { said: words.locked, tone: 'bad' };
  return stage === 'opening' ? { said: words.opens, tone: 'note', busy: true } : { said: words.ready, tone: 'good' };
}

type PartyData = { name: string; role?: string | undefined; state: PartyState; [more: string]: unknown };
type PartyNode = Node<PartyData, 'party'>;

function Party({ data: { name, role, state } }: NodeProps<PartyNode>) {
  const say = useSay();
  const { dark } = useContext(ModeContext);
  const mode = dark ? 'dark' : 'light';
  const palette = palettes[mode];
  const [color, ground] = state.tone ? tones[state.tone][mode] : [palette.text, palette.ground];
  return (
    <div
      style={{
        width: 210,
        padding: space.small,
        border: `1px solid ${state.tone ? color : palette.line}`,
        borderRadius: 6,
        background: palette.ground,
        color: palette.strong,
      }}
    >
      <Handle type="target" position={Position.Left} style={{ visibility: 'hidden' }} />
      <div style={{ fontWeight: 600, overflowWrap: 'anywhere' }}>{name}</div>
      {role && <div style={{ color: palette.text, fontSize: 12 }}>{role}</div>}
      <div
        style={{ marginTop: space.hair, padding: `0 ${space.hair}px`, borderRadius: 4, background: ground, color, fontSize: 12 }}
      >
        <Shape state={state} /> {say(state.said)}
      </div>
      <Handle type="source" position={Position.Right} style={{ visibility: 'hidden' }} />
    </div>
  );
}

function Shape({ state: { tone, busy } }: { state: PartyState }) {
  if (busy) return <LoadingOutlined aria-hidden />;
  if (tone === 'good') return <CheckCircleFilled aria-hidden />;
  if (tone === 'bad') return <MinusCircleOutlined aria-hidden />;
  return <ClockCircleOutlined aria-hidden />;
}

const nodeTypes = { party: Party } as unknown as NonNullable<Parameters<typeof Graph>[0]['nodeTypes']>;
const rowPx = 104;
const columnPx = 300;

export function RoundPicture({ round }: { round: Round }) {
  const say = useSay();
  const named = useNamed();
  const nameOf = useMemberNames();
  const vertical = round.terms.learn.kind === 'vertical-trees';
  const parties = useMemo(() => {
    const { members, custodian, terms, me } = round;
    const us = (member: string) => (member === me ? ` (${say(words.us)})` : '');
    return [
      ...members.map(({ member, name }) => ({
        id: member,
        name: `${named(name)}${us(member)}`,
        role: vertical && custodian.member === member ? say(words.owner) : undefined,
        state: stateOf(round, member),
        column: 0,
      })),
      {
        id: 'coordinator',
        name: nameOf(terms.coordinator),
        role: say(words.coordinator),
        state: coordinatorState(round),
        column: 1,
      },
      ...(vertical
        ? []
        : [
            {
              id: 'custodian',
              name: `${named(custodian.name)}${us(custodian.member)}`,
              role: say(words.custodian),
              state: custodianState(round),
              column: 2,
            },
          ]),
    ];
  }, [round, vertical, say, named, nameOf]);
  const middle = ((round.members.length - 1) * rowPx) / 2;
  const nodes: PartyNode[] = parties.map(({ id, column, ...data }, at) => ({
    id,
    type: 'party',
    draggable: false,
    position: { x: column * columnPx, y: column === 0 ? at * rowPx : middle },
    data,
  }));
  const flowing = (id: string) => round.progress.given.includes(id) || round.progress.awaited.includes(id);
  const edges: Edge[] = [
    ...round.members.map(({ member }) => ({
      id: `${member} coordinator`,
      source: member,
      target: 'coordinator',
      animated: round.phase === 'training' && flowing(member),
      markerEnd: { type: MarkerType.ArrowClosed },
    })),
    ...(vertical
      ? []
      : [
          {
            id: 'coordinator custodian',
            source: 'coordinator',
            target: 'custodian',
            animated: round.progress.stage === 'opening',
            markerEnd: { type: MarkerType.ArrowClosed },
          },
        ]),
  ];
  return (
    <Flex vertical gap={space.small}>
      <Graph
        nodes={nodes}
        edges={edges}
        label={words.picture}
        height={Math.min(520, Math.max(200, round.members.length * rowPx + 24))}
        nodeTypes={nodeTypes}
      />
      <ul aria-label={say(words.picture)} style={{ margin: 0, paddingInlineStart: space.large }}>
        {parties.map(({ id, name, state }) => (
          <li key={id}>
            {name}: <Text type="secondary">{say(state.said)}</Text>
          </li>
        ))}
      </ul>
    </Flex>
  );
}
