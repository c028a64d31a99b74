// How far a training is, wherever it is shown.

import { Flex, Progress } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useMay } from '../../parts/session.ts';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { changed, type Job } from './asked.ts';
import { jobWords, stageWords } from './shared-words.ts';

const words = {
  left: { en: 'about {time} left', zh: '约剩 {time}' },
  seconds: { en: '{count} s', zh: '{count} 秒' },
  minutes: { en: '{count} min', zh: '{count} 分钟' },
  bar: { en: 'How far the training is', zh: '训练进度' },
  cancel: { en: 'Cancel the training', zh: '取消训练' },
  cancelAbout: {
    en: 'It is cancelled and leaves no version. What serves goes on serving.',
    zh: '训练将中断，不产生新版本；使用中的版本不受影响。',
  },
  cancelled: { en: 'The training was cancelled', zh: '训练已取消' },
} as const;

export function JobProgress({ job }: { job: Job }) {
  const say = useSay();
  const { stage, share = 0, etaMs } = job;
  const seconds = etaMs === undefined ? undefined : Math.max(1, Math.round(etaMs / 1000));
  const time =
    seconds === undefined
      ? undefined
      : seconds < 90
        ? say(words.seconds, { count: seconds })
        : say(words.minutes, { count: Math.round(seconds / 60) });
  return (
    <div>
      <Progress percent={Math.floor(share * 100)} status="active" aria-label={say(words.bar)} />
      <Flex gap={space.small} wrap>
        <Text type="secondary">{say(stage ? stageWords[stage] : jobWords[job.state])}</Text>
        {time !== undefined && <Text type="secondary">{say(words.left, { time })}</Text>}
      </Flex>
    </div>
  );
}

export function CancelJob({ job }: { job: Job }) {
  const may = useMay();
  if (!may('model.cancel') || (job.state !== 'running' && job.state !== 'waiting')) return null;
  return (
    <Act
      name={words.cancel}
      about={words.cancelAbout}
      done={words.cancelled}
      refresh={changed}
      act={() => unwrap(api.POST('/api/model-jobs/{job}/cancel', { params: { path: { job: job.id } } }))}
    />
  );
}
