// Files that were brought for matches: what became of their rows, until when they are kept, and taking them out again.

import { api, unwrap } from '../../api/client.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { BringFile } from './bring-file.tsx';
import { keys } from './shared.ts';

const words = {
  title: { en: 'Files for matches', zh: '匹配文件' },
  about: {
    en: 'Lists that are not in the node’s own profiles. Sealed, and kept no longer than needed.',
    zh: '不在本节点画像中的名单，加密保存，按需保留。',
  },
  none: { en: 'There is no file', zh: '没有文件' },
  noneNext: { en: 'Bring a CSV file to match it with a partner’s list.', zh: '可上传 CSV 文件，与合作方名单匹配。' },
  name: { en: 'File', zh: '文件' },
  rows: { en: 'Rows', zh: '行数' },
  taken: { en: 'Used', zh: '可用' },
  rejected: { en: 'Not used', zh: '未使用' },
  until: { en: 'Kept until', zh: '保留至' },
  inUse: { en: 'a match goes on with it', zh: '匹配使用中' },
  remove: { en: 'Remove', zh: '删除' },
  removeAbout: {
    en: 'It is destroyed on this node. To use it again, bring it again.',
    zh: '将从本节点彻底删除，再次使用须重新上传。',
  },
} as const;

const readFiles = async () => (await unwrap(api.GET('/api/matches/files'))).files;
export const useMatchFiles = (enabled = true) => useQuery({ queryKey: keys.matchFiles, queryFn: readFiles, enabled });

export default function MatchFiles() {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const asked = useMatchFiles(may('match.file.list'));
  return (
    <Page title={words.title} about={words.about} actions={may('match.file.add') && <BringFile type="primary" />}>
      <Answer of={asked}>
        {(files) => (
          <Rows
            rowKey="id"
            none={words.none}
            {...(may('match.file.add') && { next: words.noneNext })}
            dataSource={files}
            columns={[
              { title: say(words.name), render: (_, { name, id }) => name || id.slice(0, 8) },
              { title: say(words.rows), align: 'right', render: (_, { rows }) => formats.number(rows) },
              { title: say(words.taken), align: 'right', render: (_, { taken }) => formats.number(taken) },
              {
                title: say(words.rejected),
                render: (_, { rejected }) => (
                  <Text type="secondary">
                    {Object.entries(rejected)
                      .map(([code, count]) => `${code} ${formats.number(count)}`)
                      .join(', ') || '–'}
                  </Text>
                ),
              },
              {
                title: say(words.until),
                render: (_, { untilMs, match }) =>
                  match === undefined ? untilMs !== undefined && <When atMs={untilMs} /> : say(words.inUse),
              },
              {
                title: '',
                render: (_, { id, match }) =>
                  may('match.file.remove') &&
                  match === undefined && (
                    <Act
                      name={words.remove}
                      about={words.removeAbout}
                      size="small"
                      danger
                      refresh={[keys.matchFiles]}
                      act={() => unwrap(api.DELETE('/api/matches/files/{file}', { params: { path: { file: id } } }))}
                    />
                  ),
              },
            ]}
          />
        )}
      </Answer>
    </Page>
  );
}
