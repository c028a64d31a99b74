// Models and the questions they answer: what serves, how good it is, whether its customers still look as they did, and what nobody asked yet.

import { Card, Col, Flex, Row, Space, Typography } from 'antd';
import { Link } from 'wouter';
import { space } from '../../design/design.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import { type Model, type Question, useJobs, useModels, useQuestions } from './asked.ts';
import { ImportModel } from './import.tsx';
import { Open } from './jobs.tsx';
import { figure, kindWords, metricHelp, shiftOf, shiftTones, shiftWords, together } from './shared-words.ts';
import { Go } from './trail.tsx';

const words = {
  title: { en: 'Models', zh: '模型' },
  about: {
    en: 'Each answers one question about every customer who agreed to it, and says why.',
    zh: '每个模型就一个问题为同意的客户评分，并说明理由。',
  },
  train: { en: 'Train a model', zh: '训练模型' },
  none: { en: 'No model yet', zh: '尚无模型' },
  noneNext: { en: 'Choose a question below; the defaults lead to a model.', zh: '从下方选择一个问题，默认设置即可得到模型。' },
  noneRead: { en: 'A data scientist trains the first.', zh: '由数据科学家训练首个模型。' },
  model: { en: 'Model', zh: '模型' },
  serves: { en: 'In service', zh: '使用中' },
  version: { en: 'version {number}', zh: '版本 {number}' },
  nothingServes: { en: 'nothing', zh: '无' },
  waits: { en: 'version {number} waits', zh: '版本 {number} 待决定' },
  auc: { en: 'ROC AUC', zh: 'ROC AUC' },
  customers: { en: 'Customers scored', zh: '已评分客户' },
  drift: { en: 'Drift', zh: '漂移' },
  driftHelp: {
    en: 'How far the scores of today are from those of the rows the model learned from (population stability index): up to 0.1 little, above 0.25 much.',
    zh: '当前评分分布与训练数据的差异（群体稳定性指数）：0.1 以下很小，0.25 以上明显。',
  },
  next: { en: 'Next training', zh: '下次训练' },
  byHand: { en: 'by hand', zh: '手动' },
  questions: { en: 'Questions ready to be asked', zh: '可直接使用的问题' },
  ask: { en: 'Train {title}', zh: '训练“{title}”' },
  one: { en: 'Train', zh: '训练' },
  own: { en: 'N follows from your customers’ rhythm.', zh: 'N 依据自有客户节奏确定。' },
} as const;

export default function Models() {
  const say = useSay();
  const may = useMay();
  const models = useModels();
  const questions = useQuestions();
  const jobs = useJobs(may('model.jobs'));
  const open = (jobs.data ?? []).filter(({ state }) => state === 'running' || state === 'waiting');
  const actions = (
    <Space wrap>
      {may('model.import') && <ImportModel />}
      {may('model.train') && (
        <Go to="/trainings/new" type="primary">
          {say(words.train)}
        </Go>
      )}
    </Space>
  );
  return (
    <Page title={words.title} about={words.about} actions={actions}>
      <Flex vertical gap={space.large}>
        {open.length > 0 && <Open jobs={open} />}
        <Answer of={models}>
          {(found) => (
            <section>
              {found.length > 0 && (
                <Flex justify="end" gap={space.small} align="center">
                  <Text type="secondary">{say(words.auc)}</Text>
                  <Help about={metricHelp.rocAuc} />
                  <Text type="secondary">{say(words.drift)}</Text>
                  <Help about={words.driftHelp} />
                </Flex>
              )}
              <List models={found} />
            </section>
          )}
        </Answer>
        <Answer of={questions}>
          {(found) => {
            const asked = new Set(models.data?.map(({ ask }) => ask.question));
            return <Questions questions={found.filter(({ name }) => !asked.has(name))} />;
          }}
        </Answer>
      </Flex>
    </Page>
  );
}

function List({ models }: { models: readonly Model[] }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const may = useMay();
  const named = ({ name, title, kind, together: shared }: Model) => (
    <div>
      {may('model.read') ? <Link href={to('/models/:name', { name })}>{title[language]}</Link> : title[language]}
      <div>
        <Text type="secondary">
          {name} · {say(shared ? together : kindWords[kind])}
        </Text>
      </div>
    </div>
  );
  return (
    <Rows<Model>
      rowKey="name"
      dataSource={[...models]}
      none={words.none}
      next={may('model.train') ? words.noneNext : words.noneRead}
      columns={[
        { title: say(words.model), render: (_, model) => named(model) },
        { title: say(words.serves), render: (_, model) => <InService model={model} /> },
        { title: say(words.auc), align: 'right', render: (_, { figures }) => figure(figures?.newest?.rocAuc ?? figures?.rocAuc) },
        {
          title: say(words.customers),
          align: 'right',
          render: (_, { serving }) => (serving ? formats.number(serving.customers) : '–'),
        },
        { title: say(words.drift), render: (_, { serving }) => <Drifted index={serving?.drift} /> },
        {
          title: say(words.next),
          render: (_, { dueAtMs }) => (dueAtMs === undefined ? say(words.byHand) : <When atMs={dueAtMs} />),
        },
      ]}
    />
  );
}

function InService({ model: { champion, challenger } }: { model: Model }) {
  const say = useSay();
  return (
    <Space size={space.hair} wrap>
      {champion === undefined ? (
        <Mark>{say(words.nothingServes)}</Mark>
      ) : (
        <Mark tone="good">{say(words.version, { number: champion })}</Mark>
      )}
      {challenger !== undefined && <Mark tone="wait">{say(words.waits, { number: challenger })}</Mark>}
    </Space>
  );
}

export function Drifted({ index }: { index: number | undefined }) {
  const say = useSay();
  if (index === undefined) return <>–</>;
  const shift = shiftOf(index);
  return (
    <Mark tone={shiftTones[shift]}>
      {figure(index, 2)} · {say(shiftWords[shift])}
    </Mark>
  );
}

/** A question's words with its days where they are known beforehand. */
export function useQuestionWords(): (question: Question) => { label: string; population: string } {
  const language = useLanguage();
  return ({ label, population, horizonDays, activeDays }) => {
    const days = (value: number | 'own') => (value === 'own' ? 'N' : String(value));
    const fill = (text: string) => text.replaceAll('{days}', days(horizonDays)).replaceAll('{active}', days(activeDays));
    return { label: fill(label[language]), population: fill(population[language]) };
  };
}

function Questions({ questions }: { questions: readonly Question[] }) {
  const say = useSay();
  const language = useLanguage();
  const may = useMay();
  const wordsOf = useQuestionWords();
  if (questions.length === 0) return null;
  return (
    <section aria-label={say(words.questions)}>
      <Typography.Title level={2} style={{ fontSize: 16 }}>
        {say(words.questions)}
      </Typography.Title>
      <Row gutter={[space.medium, space.medium]}>
        {questions.map((question) => {
          const { label, population } = wordsOf(question);
          return (
            <Col key={question.name} xs={24} md={12} lg={8}>
              <Card
                size="small"
                title={question.title[language]}
                style={{ height: '100%' }}
                {...(may('model.train') && {
                  extra: (
                    <Go
                      size="small"
                      to={`/trainings/new?question=${question.name}`}
                      aria-label={say(words.ask, { title: question.title[language] })}
                    >
                      {say(words.one)}
                    </Go>
                  ),
                })}
              >
                <Typography.Paragraph>{population}</Typography.Paragraph>
                <Text type="secondary">
                  {label}
                  {question.horizonDays === 'own' && <> {say(words.own)}</>}
                </Text>
              </Card>
            </Col>
          );
        })}
      </Row>
    </section>
  );
}
