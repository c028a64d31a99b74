// Keeping a mapping: it goes into the source's dictionary, where the next file with the same columns finds it, and every other way in follows it too.

import { SaveOutlined } from '@ant-design/icons';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useMay } from '../../parts/session.ts';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import type { ImportSource } from './import.tsx';
import { intoDictionary, type Mapping } from './import-targets.ts';

const words = {
  save: { en: 'Keep this mapping', zh: '保存映射' },
  about: {
    en: 'It becomes part of the data dictionary of {name}: the next file with these columns is mapped alike, and fields of these names are read so on every way in. The version before stays in the history.',
    zh: '映射将写入数据源“{name}”的数据字典：之后列名相同的文件将自动套用，其他途径送来的同名字段也按此处理。此前的版本保留在历史中。',
  },
  saved: { en: 'Kept in the dictionary', zh: '已保存到数据字典' },
} as const;

export function SaveMapping({ source, mapping }: { source: ImportSource; mapping: Mapping }) {
  const say = useSay();
  const may = useMay();
  if (!may('dictionary.set') || !may('dictionary.read')) return null;
  const path = { id: source.id };
  return (
    <Act
      name={words.save}
      icon={<SaveOutlined />}
      about={<Text style={{ display: 'block', marginBottom: space.small }}>{say(words.about, { name: source.name })}</Text>}
      done={words.saved}
      refresh={[['dictionary', source.id]]}
      act={async () => {
        const { dictionary } = await unwrap(api.GET('/api/sources/{id}/dictionary', { params: { path } }));
        return unwrap(api.PUT('/api/sources/{id}/dictionary', { params: { path }, body: intoDictionary(dictionary, mapping) }));
      }}
    />
  );
}
