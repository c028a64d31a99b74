// How many a rule would find, beside the rule while it is built: of how many, how many more fit and may not be used, and a few of them, masked.

import { LoadingOutlined } from '@ant-design/icons';
import { Card, Flex, Progress, Statistic } from 'antd';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { Help } from '../../parts/help.tsx';
import { useMay } from '../../parts/session.ts';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { type Given, usePreview, useSettled } from './segment-api.ts';
import { Traits } from './traits.tsx';

const words = {
  title: { en: 'Who fits', zh: '符合人数' },
  customers: { en: 'customers', zh: '位客户' },
  share: { en: '{share} of {of}', zh: '占全部 {of} 的 {share}' },
  about: { en: 'about', zh: '约' },
  withheld: {
    en: '{n} more fit, and may not be used for this purpose.',
    zh: '另有 {n} 位符合规则，但不可用于该用途。',
  },
  estimated: {
    en: 'An estimate: some customers were asked and stand for the others. Once it is kept everybody is asked.',
    zh: '估算值：抽取部分客户核对后推算，保存后将逐一核对。',
  },
  sample: { en: 'A few of them', zh: '部分客户' },
  nobody: { en: 'Nobody fits. Loosen a condition, or take one away.', zh: '无人符合，可放宽或移除某个条件。' },
  wait: { en: 'The count shows once the rule is finished.', zh: '规则完整后显示人数。' },
  counting: { en: 'Counting', zh: '计算中' },
  forbidden: { en: 'Counting customers is not for your role and purpose.', zh: '您的角色与用途不可试算人数。' },
} as const;

/** A breath after the last change, so that only what stands is counted. */
const breathMs = 500;

export function Preview({ rule, purpose }: { rule: Given | undefined; purpose: string }) {
  const say = useSay();
  const formats = useFormats();
  const may = useMay();
  const settled = useSettled({ rule, purpose }, breathMs);
  const asked = usePreview(may('segment.preview') ? settled.rule : undefined, settled.purpose);
  const { data } = asked;
  const stale = asked.isFetching || JSON.stringify(settled.rule) !== JSON.stringify(rule);
  if (!may('segment.preview')) return <Card size="small">{say(words.forbidden)}</Card>;
  return (
    <Card
      size="small"
      title={say(words.title)}
      extra={rule && stale ? <LoadingOutlined aria-label={say(words.counting)} /> : null}
      aria-busy={stale}
    >
      {rule && <Fault error={asked.error} />}
      {!rule || !data ? (
        <Text type="secondary">{say(rule ? words.counting : words.wait)}</Text>
      ) : (
        <Flex vertical gap={space.small}>
          <div role="status" aria-label={say(words.title)}>
            <Statistic
              value={formats.number(data.count)}
              suffix={say(words.customers)}
              {...(data.estimated && { prefix: say(words.about) })}
            />
          </div>
          <Progress percent={data.share * 100} showInfo={false} size="small" aria-label={say(words.title)} />
          <Text type="secondary">
            {say(words.share, { share: formats.percent(data.share), of: data.of })}
            {data.estimated && <Help about={words.estimated} />}
          </Text>
          {data.withheld > 0 && <Text>{say(words.withheld, { n: data.withheld })}</Text>}
          {data.count === 0 ? (
            <Text>{say(words.nobody)}</Text>
          ) : (
            <>
              <Text strong>{say(words.sample)}</Text>
              {data.sample.map(({ id, traits }) => (
                <Traits key={id} id={id} traits={traits} />
              ))}
            </>
          )}
        </Flex>
      )}
    </Card>
  );
}
