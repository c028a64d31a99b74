// One customer among others: a number to open them by, and a few traits as the reader may see them.

import { Link } from 'wouter';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Text } from '../../parts/text.tsx';
import { valueText } from '../../words/values.ts';
import { useLanguage, useSay } from '../../words/words.ts';
import { fieldWords } from '../customers/field-words.ts';

const words = { trait: { en: '{name}: {value}', zh: '{name}：{value}' } } as const;

export function CustomerLink({ id }: { id: string }) {
  const may = useMay();
  if (!may('profile.read')) return <Text>{id}</Text>;
  return <Link href={to('/customers/:id', { id })}>{id}</Link>;
}

export function useTraitsText(): (traits: { readonly [name: string]: unknown }) => string {
  const say = useSay();
  const language = useLanguage();
  return (traits) =>
    Object.entries(traits)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => say(words.trait, { name: say(fieldWords(name)), value: valueText(name, value, language) }))
      .join(' · ');
}

export function Traits({ id, traits }: { id: string; traits: { readonly [name: string]: unknown } }) {
  const textOf = useTraitsText();
  return (
    <div className="hf-break">
      <div>
        <CustomerLink id={id} />
      </div>
      <Text type="secondary">{textOf(traits)}</Text>
    </div>
  );
}
