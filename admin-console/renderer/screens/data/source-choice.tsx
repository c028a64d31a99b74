// Which source a screen is about: chosen by name.

import { Select } from 'antd';
import { useSay, type Words } from '../../words/words.ts';
import { sourceWords } from '../customers/field-words.ts';
import { useSources } from './ask.ts';

const words = { source: { en: 'Source', zh: '数据源' } } as const;

export function SourceChoice({
  value,
  choose,
  all,
}: {
  value: number | undefined;
  choose: (source: number | undefined) => void;
  /** What none of them is called; without it one is always chosen. */
  all?: Words;
}) {
  const say = useSay();
  const sources = useSources();
  return (
    <Select<number>
      aria-label={say(words.source)}
      value={value ?? 0}
      onChange={(id) => choose(id === 0 ? undefined : id)}
      loading={sources.isPending}
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      style={{ minWidth: 176 }}
      options={[
        ...(all ? [{ value: 0, label: say(all) }] : []),
        ...(sources.data?.sources ?? []).map(({ id, name }) => ({ value: id, label: say(sourceWords(name)) })),
      ]}
    />
  );
}
