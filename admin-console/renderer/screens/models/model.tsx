// One model: what it answers and for whom, its versions and which of them serves, whether its customers still look as they did, who scores highest.

import { Alert, Descriptions, Flex, Space, Tabs } from 'antd';
import { useLocation, useParams } from 'wouter';
import { space } from '../../design/design.ts';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Forbidden } from '../../parts/states.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import { EndSchedule, Retire, Retrain, Rollback, SetSchedule } from './acts.tsx';
import { useModel, type WholeModel } from './asked.ts';
import { DriftView } from './drift.tsx';
import { Drifted } from './models.tsx';
import { figure, kindWords, together } from './shared-words.ts';
import { Top } from './top.tsx';
import { Trail } from './trail.tsx';
import { Versions } from './versions.tsx';

const words = {
  models: { en: 'Models', zh: '模型' },
  versions: { en: 'Versions', zh: '版本' },
  drift: { en: 'Drift', zh: '漂移' },
  top: { en: 'Highest scores', zh: '最高评分' },
  looksFor: { en: 'Looks for', zh: '预测目标' },
  among: { en: 'Among', zh: '适用客户' },
  purpose: { en: 'Purpose', zh: '用途' },
  serves: { en: 'In service', zh: '使用中' },
  version: { en: 'version {number}', zh: '版本 {number}' },
  nothing: { en: 'nothing', zh: '无' },
  customers: { en: 'Customers scored', zh: '已评分客户' },
  scored: { en: 'Everybody scored', zh: '全量评分' },
  auc: { en: 'ROC AUC', zh: 'ROC AUC' },
  newest: { en: '{value} on the newest customers', zh: '最新数据 {value}' },
  shift: { en: 'Drift of the scores', zh: '评分漂移' },
  next: { en: 'Next training', zh: '下次训练' },
  byHand: { en: 'by hand', zh: '手动' },
  every: { en: 'every {days} days', zh: '每 {days} 天' },
  ifBetter: { en: 'serves by itself if surely better', zh: '确定更好时自动启用' },
  live: { en: 'Scores change', zh: '评分更新' },
  withEvents: { en: 'with each event', zh: '随事件即时更新' },
  daily: { en: 'once a day', zh: '每天一次' },
  reading: { en: 'Everybody is being read; scores come in a moment.', zh: '正在读取全部客户，评分稍后可用。' },
  failed: { en: 'This version cannot score', zh: '该版本无法评分' },
} as const;

export default function ModelPage() {
  const language = useLanguage();
  const say = useSay();
  const { name = '' } = useParams<{ name: string }>();
  const asked = useModel(name);
  const model = asked.data;
  const actions = model && (
    <Space wrap>
      <Retrain model={model} />
      <SetSchedule model={model} />
      <EndSchedule model={model} />
      <Rollback model={model} />
      <Retire model={model} />
    </Space>
  );
  return (
    <Page title={model?.title[language] ?? name} {...(actions && { actions })}>
      <Trail steps={[[say(words.models), '/models'], [model?.title[language] ?? name]]} />
      <Answer of={asked}>{(found) => <Whole model={found} />}</Answer>
    </Page>
  );
}

function Whole({ model }: { model: WholeModel }) {
  const say = useSay();
  const may = useMay();
  const [, go] = useLocation();
  const { part = 'versions' } = useParams<{ part?: string }>();
  const { name, champion, kind } = model;
  const items = [
    { key: 'versions', label: say(words.versions), children: <Versions model={model} /> },
    ...(champion !== undefined && kind !== 'own'
      ? [{ key: 'drift', label: say(words.drift), children: <DriftView model={model} /> }]
      : []),
    ...(champion !== undefined && may('score.top')
      ? [{ key: 'top', label: say(words.top), children: <Top model={model} /> }]
      : []),
  ];
  const known = items.some(({ key }) => key === part);
  return (
    <Flex vertical gap={space.medium}>
      <About model={model} />
      {!known && part === 'top' ? (
        <Forbidden />
      ) : (
        <Tabs
          activeKey={known ? part : 'versions'}
          destroyOnHidden
          onChange={(key) =>
            go(key === 'versions' ? to('/models/:name', { name }) : to('/models/:name/:part', { name, part: key }))
          }
          items={items}
        />
      )}
    </Flex>
  );
}

function About({ model }: { model: WholeModel }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const purposeOf = usePurposeName();
  const { champion, versions, serving, figures, dueAtMs, schedule, live, kind, purpose } = model;
  const serves = versions.find(({ number }) => number === champion);
  const story = (serves ?? versions[0])?.rows;
  const newest = figures?.newest;
  return (
    <>
      {serving?.state === 'reading' && <Alert type="info" showIcon title={say(words.reading)} />}
      {serving?.state === 'failed' && (
        <Alert type="error" showIcon title={say(words.failed)} description={serving.where ?? serving.code} />
      )}
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 1, md: 2, xl: 3 }}
        items={[
          {
            key: 'serves',
            label: say(words.serves),
            children: (
              <Space size={space.hair} wrap>
                {serves ? (
                  <Mark tone="good">{say(words.version, { number: serves.number })}</Mark>
                ) : (
                  <Mark>{say(words.nothing)}</Mark>
                )}
                <Mark>{say(serves?.lineage ? together : kindWords[kind])}</Mark>
              </Space>
            ),
          },
          {
            key: 'auc',
            label: say(words.auc),
            children: newest ? say(words.newest, { value: figure(newest.rocAuc) }) : figure(figures?.rocAuc),
          },
          { key: 'shift', label: say(words.shift), children: <Drifted index={serving?.drift} /> },
          { key: 'customers', label: say(words.customers), children: serving ? formats.number(serving.customers) : '–' },
          {
            key: 'scored',
            label: say(words.scored),
            children: serving?.refreshedAtMs === undefined ? '–' : <When atMs={serving.refreshedAtMs} />,
          },
          { key: 'live', label: say(words.live), children: say(live ? words.withEvents : words.daily) },
          {
            key: 'next',
            label: say(words.next),
            children:
              schedule && dueAtMs !== undefined ? (
                <span>
                  <When atMs={dueAtMs} /> · {say(words.every, { days: schedule.everyDays })}
                  {schedule.promote === 'if_better' && ` · ${say(words.ifBetter)}`}
                </span>
              ) : (
                say(words.byHand)
              ),
          },
          { key: 'purpose', label: say(words.purpose), children: purposeOf(purpose) },
          ...(story
            ? [
                { key: 'looksFor', label: say(words.looksFor), span: 'filled' as const, children: story.label[language] },
                { key: 'among', label: say(words.among), span: 'filled' as const, children: story.population[language] },
              ]
            : []),
        ]}
      />
    </>
  );
}
