// One customer among others: a number to open them by, and a few traits as the reader may see them.

import { Typography } from 'antd';
import { Link } from 'wouter';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { useSay, type Words } from '../../words/words.ts';

const names: { readonly [trait: string]: Words } = {
  name: { en: 'Name', zh: '姓名' },
  gender: { en: 'Gender', zh: '性别' },
  birthday: { en: 'Birthday', zh: '生日' },
  province: { en: 'Province', zh: '省份' },
  city: { en: 'City', zh: '城市' },
  memberLevel: { en: 'Level', zh: '会员等级' },
  points: { en: 'Points', zh: '积分' },
  language: { en: 'Language', zh: '语言' },
};

export function CustomerLink({ id }: { id: string }) {
  const may = useMay();
  if (!may('profile.read')) return <Typography.Text>{id}</Typography.Text>;
  return <Link href={to('/customers/:id', { id })}>{id}</Link>;
}

export function useTraitsText(): (traits: { readonly [name: string]: unknown }) => string {
  const say = useSay();
  return (traits) =>
    Object.entries(traits)
      .filter(([, value]) => value !== null)
      .map(
        ([name, value]) =>
          `${names[name] ? say(names[name]) : name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      )
      .join(' · ');
}

export function Traits({ id, traits }: { id: string; traits: { readonly [name: string]: unknown } }) {
  const textOf = useTraitsText();
  return (
    <div className="hf-break">
      <div>
        <CustomerLink id={id} />
      </div>
      <Typography.Text type="secondary">{textOf(traits)}</Typography.Text>
    </div>
  );
}
