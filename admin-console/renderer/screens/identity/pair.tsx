// One pair of the review queue: both side by side, and why the matcher holds it for likely.

import { Card, Col, Row } from 'antd';
import { lazy, Suspense } from 'react';
import { Link } from 'wouter';
import { space } from '../../design/design.ts';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Loading } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { nameOf } from '../customers/profile.ts';
import { Sides } from '../customers/sides.tsx';
import type { Review } from './reviews.ts';

const Waterfall = lazy(() => import('./waterfall.tsx'));

const words = {
  likely: { en: '{share} likely to be one person', zh: '为同一人的可能性 {share}' },
  pair: { en: 'Pair {number}', zh: '第 {number} 对' },
  weights: { en: 'Why: the weights of the fields', zh: '依据：各字段权重' },
  compare: { en: 'See what they would be as one', zh: '查看合并后的样子' },
} as const;

export function Pair({ review }: { review: Review }) {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const { leftProfile, rightProfile, reviewId, probability, weights, left, right } = review;
  return (
    <Row gutter={[space.medium, space.medium]}>
      <Col xs={24} xl={15}>
        <Card
          size="small"
          title={say(words.likely, { share: formats.percent(probability) })}
          extra={<Text type="secondary">{say(words.pair, { number: String(reviewId) })}</Text>}
        >
          <Sides
            of={[leftProfile, rightProfile].map((profile) => ({
              key: profile.id,
              name: `${nameOf(profile)} · ${profile.id}`,
              profile,
            }))}
          />
          {may('identity.preview') && (
            <Link href={to('/customers/merge/:left/:right', { left, right })}>{say(words.compare)}</Link>
          )}
        </Card>
      </Col>
      <Col xs={24} xl={9}>
        <Card size="small" title={say(words.weights)}>
          <Suspense fallback={<Loading />}>
            <Waterfall weights={weights} probability={probability} />
          </Suspense>
        </Card>
      </Col>
    </Row>
  );
}
