// The versions of a model beside each other: how each did, against what serves and who decided what; two of them can be compared, one promoted.

import { Button, Flex, Space, Timeline, Tooltip } from 'antd';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { space } from '../../design/design.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useLanguage, useSay } from '../../words/words.ts';
import { useNameOf } from '../compliance/who.tsx';
import { Promote } from './acts.tsx';
import type { Version, WholeModel } from './asked.ts';
import { figure, signed, stateTones, stateWords, together, verdictTones, verdictWords } from './shared-words.ts';

const words = {
  version: { en: 'Version', zh: '版本' },
  state: { en: 'State', zh: '状态' },
  trained: { en: 'Made', zh: '生成时间' },
  auc: { en: 'AUC, tested by time', zh: 'AUC（按时间检验）' },
  newest: { en: 'Newest', zh: '最新数据' },
  against: { en: 'Against what served', zh: '与使用版本对比' },
  againstHelp: {
    en: 'On the newest rows: AUC of this version less that of the version that served, with an interval of 95%. When the interval holds 0, there is no sure difference.',
    zh: '在最新数据上，本版本 AUC 减去当时使用版本 AUC，附 95% 区间；区间包含 0 表示无显著差异。',
  },
  seen: { en: 'what served had learned from these rows', zh: '使用版本曾学习过这些数据' },
  suspects: { en: 'look for a leak: {columns}', zh: '疑似泄露：{columns}' },
  compare: { en: 'Compare the two', zh: '对比所选两个' },
  pick: { en: 'Choose two versions to compare them.', zh: '选择两个版本进行对比。' },
  withServing: { en: 'Compare with what serves', zh: '与使用版本对比' },
  select: { en: 'Choose version {number}', zh: '选择版本 {number}' },
  none: { en: 'No version yet', zh: '尚无版本' },
  members: { en: 'Learned with', zh: '共同训练' },
  own: { en: 'here', zh: '本方' },
  step: { en: '{state} · {by}', zh: '{state} · {by}' },
} as const;

export function Versions({ model }: { model: WholeModel }) {
  const say = useSay();
  const may = useMay();
  const [, go] = useLocation();
  const [chosen, choose] = useState<readonly number[]>([]);
  const { name, versions, champion, challenger } = model;
  const files = may('model.file');
  const [one, other] = [...chosen].sort((a, b) => a - b);
  const compare = (from: number, against: number) =>
    go(to('/models/:name/compare/:one/:other', { name, one: from, other: against }));
  return (
    <Flex vertical gap={space.medium}>
      {files && versions.length > 1 && (
        <Space wrap>
          <Button
            disabled={one === undefined || other === undefined}
            onClick={() => one !== undefined && other !== undefined && compare(one, other)}
          >
            {say(words.compare)}
          </Button>
          {champion !== undefined && challenger !== undefined && (
            <Button onClick={() => compare(champion, challenger)}>{say(words.withServing)}</Button>
          )}
          <Help about={words.againstHelp} />
          {chosen.length < 2 && <Text type="secondary">{say(words.pick)}</Text>}
        </Space>
      )}
      <Rows<Version>
        rowKey="number"
        none={words.none}
        dataSource={[...versions]}
        {...(files &&
          versions.length > 1 && {
            rowSelection: {
              selectedRowKeys: [...chosen],
              hideSelectAll: true,
              // A third takes the place of the first.
              onChange: (keys) => choose(keys.map(Number).slice(-2)),
              getCheckboxProps: ({ number }) => ({ 'aria-label': say(words.select, { number }) }),
            },
          })}
        expandable={{ expandedRowRender: (version) => <History version={version} /> }}
        columns={[
          {
            title: say(words.version),
            render: (_, { number, name: called, lineage }) => (
              <Space size={space.hair} wrap>
                {files && model.kind !== 'own' ? (
                  <Link href={to('/models/:name/versions/:version', { name, version: number })}>{called}</Link>
                ) : (
                  called
                )}
                {lineage && <Mark tone="note">{say(together)}</Mark>}
              </Space>
            ),
          },
          {
            title: say(words.state),
            render: (_, { state, suspects = [] }) => (
              <Space size={space.hair} wrap>
                <Mark tone={stateTones[state]}>{say(stateWords[state])}</Mark>
                {suspects.length > 0 && <Mark tone="bad">{say(words.suspects, { columns: suspects.join(', ') })}</Mark>}
              </Space>
            ),
          },
          { title: say(words.trained), render: (_, { createdAtMs }) => <When atMs={createdAtMs} /> },
          {
            title: say(words.auc),
            align: 'right',
            render: (_, { figures }) => figure(figures?.rocAuc),
          },
          { title: say(words.newest), align: 'right', render: (_, { figures }) => figure(figures?.newest?.rocAuc) },
          {
            title: say(words.against),
            render: (_, version) => <Against version={version} />,
          },
          {
            title: '',
            align: 'right',
            render: (_, { number, state }) => state !== 'champion' && <Promote name={name} number={number} />,
          },
        ]}
      />
    </Flex>
  );
}

export function Against({ version: { comparison } }: { version: Version }) {
  const say = useSay();
  if (!comparison) return <>–</>;
  const { verdict, difference, championHadSeen } = comparison;
  const range = `${signed(difference.value)} (${signed(difference.low)} … ${signed(difference.high)})`;
  return (
    <Space size={space.hair} wrap>
      <Mark tone={verdictTones[verdict]}>{say(verdictWords[verdict])}</Mark>
      {championHadSeen ? (
        <Tooltip title={say(words.seen)}>
          <Text type="secondary">{range}*</Text>
        </Tooltip>
      ) : (
        <Text type="secondary">{range}</Text>
      )}
    </Space>
  );
}

function History({ version: { history, lineage } }: { version: Version }) {
  const say = useSay();
  const actorName = useNameOf();
  const purposeOf = usePurposeName();
  const language = useLanguage();
  return (
    <Flex gap={space.large} wrap>
      <Timeline
        style={{ flex: '1 1 320px', marginTop: space.small }}
        items={history.map(({ state, atMs, by, reason }) => ({
          key: `${state} ${atMs}`,
          content: (
            <>
              {say(words.step, { state: say(stateWords[state]), by: actorName(by) })} · <When atMs={atMs} />
              {reason !== undefined && <div className="hf-break">{reason}</div>}
            </>
          ),
        }))}
      />
      {lineage && (
        <div style={{ flex: '1 1 240px' }}>
          <Text strong>{say(words.members)}</Text>
          {lineage.members.map(({ member, name, metrics }) => (
            <div key={member}>
              {name[language]}: AUC {figure(metrics.auc)}
            </div>
          ))}
          <Text type="secondary">{purposeOf(lineage.purpose)}</Text>
        </div>
      )}
    </Flex>
  );
}
