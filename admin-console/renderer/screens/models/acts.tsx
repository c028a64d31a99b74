// What is decided about a model: which version serves, when it is trained again. Each is asked for with a reason where it changes how customers are
// judged, and kept with the version.

import { Form, InputNumber, Radio } from 'antd';
import { useLocation } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { Act } from '../../parts/act.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { useSay } from '../../words/words.ts';
import { changed, type Job, type WholeModel } from './asked.ts';

const words = {
  promote: { en: 'Promote', zh: '启用' },
  promoteAbout: {
    en: 'Version {number} serves from now on: everybody is scored anew by it, and segments and journeys follow. The version before can be taken back to.',
    zh: '版本 {number} 将立即投入使用：所有客户重新评分，人群与旅程随之更新。之后可回退到此前版本。',
  },
  promoted: { en: 'Version {number} serves', zh: '版本 {number} 已启用' },
  rollback: { en: 'Roll back', zh: '回退' },
  rollbackAbout: {
    en: 'The version that served before serves again. What serves now is retired and is not gone back to by a further step.',
    zh: '恢复此前使用的版本；当前版本将停用，再次回退也不会回到它。',
  },
  retire: { en: 'Retire', zh: '停用模型' },
  retireAbout: {
    en: 'Nothing of this model serves any more: nobody has this score, and rules that use it find nobody.',
    zh: '该模型不再提供服务：客户不再有此评分，使用它的规则将匹配不到客户。',
  },
  retrain: { en: 'Train again', zh: '重新训练' },
  retrainAbout: {
    en: 'As it was asked for last, on what is known today. It makes a new version beside those that are there.',
    zh: '按上次设置、以当前数据训练，生成一个新版本。',
  },
  schedule: { en: 'Schedule', zh: '定期训练' },
  scheduleAbout: {
    en: 'What comes of it is compared with what serves.',
    zh: '新版本会与使用中的版本对比。',
  },
  every: { en: 'Every so many days', zh: '间隔天数' },
  days: { en: 'days', zh: '天' },
  after: { en: 'And then', zh: '完成后' },
  never: { en: 'somebody decides', zh: '由人员决定' },
  ifBetter: { en: 'what is surely better serves by itself', zh: '确定更好时自动启用' },
  needed: { en: 'Needed', zh: '必填' },
  stop: { en: 'End the schedule', zh: '停止定期训练' },
  stopAbout: { en: 'It is trained by hand alone from now on.', zh: '此后仅手动训练。' },
} as const;

const body = (reason: string | undefined) => (reason === undefined ? {} : { reason });
const at = (name: string) => ({ params: { path: { name } } });

export function Promote({ name, number, primary = false }: { name: string; number: number; primary?: boolean }) {
  const say = useSay();
  const may = useMay();
  if (!may('model.promote')) return null;
  const filled = (words: { en: string; zh: string }) => {
    const fill = (text: string) => text.replace('{number}', String(number));
    return { en: fill(words.en), zh: fill(words.zh) };
  };
  return (
    <Act
      name={words.promote}
      size={primary ? 'middle' : 'small'}
      type={primary ? 'primary' : 'default'}
      autoInsertSpace={false}
      aria-label={`${say(words.promote)} ${number}`}
      about={filled(words.promoteAbout)}
      reason
      done={filled(words.promoted)}
      refresh={changed}
      act={({ reason }) => unwrap(api.POST('/api/models/{name}/promote', { ...at(name), body: { version: number, reason } }))}
    />
  );
}

export function Rollback({ model: { name, versions, champion } }: { model: WholeModel }) {
  const may = useMay();
  // As the node finds it: what served and was not taken back.
  const before = versions.some(({ state, history }) => {
    const ended = history.findLast((step) => step.state === 'retired');
    return state === 'retired' && ended && !ended.takenBack && history.some((step) => step.state === 'champion');
  });
  if (!may('model.rollback') || !before || champion === undefined) return null;
  return (
    <Act
      name={words.rollback}
      autoInsertSpace={false}
      about={words.rollbackAbout}
      reason
      refresh={changed}
      act={({ reason }) => unwrap(api.POST('/api/models/{name}/rollback', { ...at(name), body: body(reason) }))}
    />
  );
}

export function Retire({ model: { name, champion } }: { model: WholeModel }) {
  const may = useMay();
  if (!may('model.retire') || champion === undefined) return null;
  return (
    <Act
      name={words.retire}
      about={words.retireAbout}
      reason
      refresh={changed}
      act={({ reason }) => unwrap(api.POST('/api/models/{name}/retire', { ...at(name), body: body(reason) }))}
    />
  );
}

export function Retrain({ model: { name, kind } }: { model: WholeModel }) {
  const may = useMay();
  const [, go] = useLocation();
  if (!may('model.train') || kind === 'own') return null;
  return (
    <Act<object, Job>
      name={words.retrain}
      about={words.retrainAbout}
      refresh={changed}
      act={() => unwrap(api.POST('/api/models/{name}/retrain', at(name)))}
      onDone={({ id }) => go(to('/trainings/:job', { job: id }))}
    />
  );
}

export function SetSchedule({ model: { name, kind, schedule } }: { model: WholeModel }) {
  const say = useSay();
  const may = useMay();
  if (!may('model.schedule') || kind === 'own') return null;
  return (
    <Act<{ everyDays: number; promote: 'never' | 'if_better' }>
      name={words.schedule}
      about={words.scheduleAbout}
      initial={schedule ?? { everyDays: 30, promote: 'never' }}
      refresh={changed}
      fields={
        <>
          <Form.Item name="everyDays" label={say(words.every)} rules={[{ required: true, message: say(words.needed) }]}>
            <InputNumber min={1} max={730} precision={0} suffix={say(words.days)} style={{ width: 160 }} />
          </Form.Item>
          <Form.Item name="promote" label={say(words.after)}>
            <Radio.Group
              options={[
                { value: 'never', label: say(words.never) },
                { value: 'if_better', label: say(words.ifBetter) },
              ]}
            />
          </Form.Item>
        </>
      }
      act={(wanted) => unwrap(api.PUT('/api/models/{name}/schedule', { ...at(name), body: wanted }))}
    />
  );
}

export function EndSchedule({ model: { name, schedule } }: { model: WholeModel }) {
  const may = useMay();
  if (!may('model.schedule') || !schedule) return null;
  return (
    <Act
      name={words.stop}
      about={words.stopAbout}
      refresh={changed}
      act={() => unwrap(api.PUT('/api/models/{name}/schedule', { ...at(name), body: { promote: 'never' } }))}
    />
  );
}
