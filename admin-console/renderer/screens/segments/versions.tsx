// The versions of a segment's rule, the latest first: what each says that the one before did not, and the way back to any of them.

import { Card, Flex, Typography } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { Mark } from '../../parts/mark.tsx';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useLanguage, useSay } from '../../words/words.ts';
import { useNameOf } from '../compliance/who.tsx';
import { type Segment, segmentsKey } from './segment-api.ts';

const words = {
  version: { en: 'Version {n}', zh: '第 {n} 版' },
  now: { en: 'now', zh: '当前' },
  restore: { en: 'Restore', zh: '恢复此版' },
  restoreAbout: {
    en: 'This rule becomes a new version; everybody is asked anew, and who enters or leaves by it is told.',
    zh: '该规则将成为新版本，全部客户会重新核对，由此产生的进入与离开会被记录。',
  },
  same: { en: 'The rule is the same as before; its purpose changed.', zh: '规则与前一版相同，仅用途有变。' },
  gone: { en: 'no longer', zh: '移除' },
  added: { en: 'new', zh: '新增' },
} as const;

export function Versions({ segment }: { segment: Segment }) {
  const say = useSay();
  const language = useLanguage();
  const may = useMay();
  const actorOf = useNameOf();
  const purposeOf = usePurposeName();
  const key = [...segmentsKey, 'versions', segment.id];
  const asked = useQuery({
    queryKey: [...key, segment.version],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/segments/{segment}/versions', { params: { path: { segment: segment.id } }, signal })),
  });
  return (
    <Answer of={asked}>
      {({ versions }) => (
        <Flex vertical gap={space.medium}>
          {versions.map((one, at) => {
            const before = versions[at + 1];
            const current = one.version === segment.version;
            return (
              <Card size="small" key={one.version}>
                <Flex justify="space-between" gap={space.small} wrap>
                  <div>
                    <Text strong>{say(words.version, { n: one.version })}</Text>{' '}
                    {current && <Mark tone="good">{say(words.now)}</Mark>} <Mark>{purposeOf(one.purpose)}</Mark>
                    <Text type="secondary">
                      <When atMs={one.changedAtMs} /> · {actorOf(one.changedBy)}
                    </Text>
                  </div>
                  {!current && may('segment.change') && (
                    <Act<object>
                      size="small"
                      name={words.restore}
                      about={words.restoreAbout}
                      refresh={[segmentsKey]}
                      act={() =>
                        unwrap(
                          api.PUT('/api/segments/{segment}', {
                            params: { path: { segment: segment.id } },
                            body: { when: one.when, purpose: one.purpose },
                          }),
                        )
                      }
                    />
                  )}
                </Flex>
                <Difference now={one.text[language]} before={before?.text[language]} />
              </Card>
            );
          })}
        </Flex>
      )}
    </Answer>
  );
}

type Piece = { text: string; kind: 'same' | 'added' | 'gone' };

/** Words, each with the space after it; in Chinese figures and words of the language run together and are taken apart at figures and brackets. */
const piecesOf = (text: string): string[] => text.match(/"[^"]*"\s*|[\d.,%]+\s*|[()（）]\s*|[^\s\d()（）"]+\s*/gu) ?? [];

/** The longest run of pieces that both have, as edits from one to the other. */
export function difference(before: string, now: string): Piece[] {
  const [a, b] = [piecesOf(before), piecesOf(now)];
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      table[i * width + j] =
        a[i]!.trim() === b[j]!.trim()
          ? table[(i + 1) * width + j + 1]! + 1
          : Math.max(table[(i + 1) * width + j]!, table[i * width + j + 1]!);
  const pieces: Piece[] = [];
  const put = (text: string, kind: Piece['kind']) => {
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += text;
    else pieces.push({ text, kind });
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i]!.trim() === b[j]!.trim()) {
      put(b[j]!, 'same');
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && table[(i + 1) * width + j]! >= table[i * width + j + 1]!)) {
      put(a[i]!, 'gone');
      i += 1;
    } else {
      put(b[j]!, 'added');
      j += 1;
    }
  }
  return pieces;
}

function Difference({ now, before }: { now: string; before: string | undefined }) {
  const say = useSay();
  if (before === undefined)
    return (
      <Typography.Paragraph className="hf-break" style={{ margin: `${space.small}px 0 0` }}>
        {now}
      </Typography.Paragraph>
    );
  return (
    <Typography.Paragraph className="hf-break" style={{ margin: `${space.small}px 0 0` }}>
      {difference(before, now).map(({ text, kind }, at) => {
        const id = `${at} ${kind}`;
        if (kind === 'same') return <span key={id}>{text}</span>;
        // Underlined and struck through, so that colour says nothing alone.
        return kind === 'added' ? (
          <ins key={id} title={say(words.added)}>
            {text}
          </ins>
        ) : (
          <del key={id} title={say(words.gone)}>
            {text}
          </del>
        );
      })}
      {before === now && <Text type="secondary"> {say(words.same)}</Text>}
    </Typography.Paragraph>
  );
}
