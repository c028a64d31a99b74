// The four pictures of how well a model ranks and whether its probabilities can be believed, of one version or of several over each other.

import { Card, Col, Row } from 'antd';
import { useMemo } from 'react';
import { space } from '../../design/design.ts';
import { Chart, type ChartOption } from '../../parts/chart.tsx';
import { Help } from '../../parts/help.tsx';
import { useSay, type Words } from '../../words/words.ts';
import { calibrationOf, curveWords, type Drawn, gainOf, precisionRecallOf, rocOf } from './curves.ts';
import { figure } from './shared-words.ts';

const words = {
  roc: { en: 'ROC curve, area {values}', zh: 'ROC 曲线，面积 {values}' },
  precisionRecall: { en: 'Precision by recall, mean {values}', zh: '精确率与召回率曲线，平均 {values}' },
  calibration: { en: 'Calibration, error {values}', zh: '校准曲线，误差 {values}' },
  gain: { en: 'Gain: the highest three tenths reach {values}', zh: '累积增益：评分最高的三成覆盖 {values}' },
} as const;

type Picture = {
  readonly key: 'roc' | 'precisionRecall' | 'calibration' | 'gain';
  readonly help: Words;
  readonly draw: (drawn: readonly Drawn[], say: ReturnType<typeof useSay>) => ChartOption;
  readonly value: (drawn: Drawn) => string;
};

const pictures: readonly Picture[] = [
  {
    key: 'roc',
    help: curveWords.rocHelp,
    draw: rocOf,
    value: ({ report }) => figure(report.crossValidation.rocAuc),
  },
  {
    key: 'precisionRecall',
    help: curveWords.precisionRecallHelp,
    draw: precisionRecallOf,
    value: ({ report }) => figure(report.crossValidation.averagePrecision),
  },
  {
    key: 'calibration',
    help: curveWords.calibrationHelp,
    draw: calibrationOf,
    value: ({ report }) => figure(report.crossValidation.calibrationError),
  },
  {
    key: 'gain',
    help: curveWords.gainHelp,
    draw: gainOf,
    value: ({ report }) => `${Math.round((report.curves.lift[2]?.gain ?? 0) * 100)}%`,
  },
];

export function CurveCards({ drawn }: { drawn: readonly Drawn[] }) {
  return (
    <Row gutter={[space.medium, space.medium]}>
      {pictures.map((picture) => (
        <Col key={picture.key} xs={24} lg={12}>
          <CurveCard picture={picture} drawn={drawn} />
        </Col>
      ))}
    </Row>
  );
}

function CurveCard({ picture: { key, help, draw, value }, drawn }: { picture: Picture; drawn: readonly Drawn[] }) {
  const say = useSay();
  const option = useMemo(() => draw(drawn, say), [draw, drawn, say]);
  const values = drawn.map((one) => (drawn.length > 1 ? `${one.name} ${value(one)}` : value(one))).join(', ');
  return (
    <Card
      size="small"
      title={
        <span>
          {say(curveWords[key])} <Help about={help} />
        </span>
      }
    >
      <Chart option={option} height={280} label={say(words[key], { values })} />
    </Card>
  );
}
