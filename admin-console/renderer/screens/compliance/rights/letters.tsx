// Letters to whoever asked, put together from what the request says: read, copied or kept as a file. Nothing is sent from here.

import { Button, Card, Flex, Select, Space, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { download } from '../../../parts/download.ts';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Text } from '../../../parts/text.tsx';
import { useSay, type Words } from '../../../words/words.ts';
import type { RequestView } from './request-words.tsx';
import { requestsKey } from './requests.tsx';

const words = {
  title: { en: 'Letter', zh: '答复函' },
  about: { en: 'About', zh: '函件类型' },
  language: { en: 'Language', zh: '语言' },
  keep: { en: 'Keep as a file', zh: '存为文件' },
  note: { en: 'Read it before you send it: nothing is sent from here.', zh: '发送前请先阅读，系统不会代为发送。' },
} as const;

const kinds = ['received', 'identity', 'extended', 'held', 'completed', 'refused'] as const;
type LetterKind = (typeof kinds)[number];
const kindWords: { readonly [kind in LetterKind]: Words } = {
  received: { en: 'we have your request', zh: '请求已收到' },
  identity: { en: 'please show who you are', zh: '请提供身份核验' },
  extended: { en: 'we need longer', zh: '期限延长' },
  held: { en: 'another law forbids it', zh: '依法须予保留' },
  completed: { en: 'it is done', zh: '处理完成' },
  refused: { en: 'we refuse, and why', zh: '拒绝及原因' },
};

/** What is most likely to be written now. */
const usual = ({ state, hold, extended }: RequestView): LetterKind => {
  if (state === 'completed' || state === 'refused') return state;
  if (hold) return 'held';
  if (extended) return 'extended';
  return state === 'received' ? 'identity' : 'received';
};

export function Letters({ request }: { request: RequestView }) {
  const say = useSay();
  const may = useMay();
  const [chosen, setChosen] = useState<LetterKind>();
  const [language, setLanguage] = useState(request.language);
  const about = chosen ?? usual(request);
  const asked = useQuery({
    queryKey: [...requestsKey, 'letter', request.request, request.history.length, about, language],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/subject-requests/{request}/letter', {
          params: { path: { request: request.request }, query: { about, language } },
          signal,
        }),
      ),
    enabled: may('request.letter'),
    staleTime: 600_000,
  });
  if (!may('request.letter')) return null;
  return (
    <Card size="small" title={say(words.title)}>
      <Flex vertical gap={space.small}>
        <Space wrap>
          <Select
            aria-label={say(words.about)}
            value={about}
            onChange={setChosen}
            options={kinds.map((value) => ({ value, label: say(kindWords[value]) }))}
            popupMatchSelectWidth={false}
            style={{ minWidth: 180 }}
          />
          <Select
            aria-label={say(words.language)}
            value={language}
            onChange={setLanguage}
            options={[
              { value: 'zh', label: '中文' },
              { value: 'en', label: 'English' },
            ]}
          />
        </Space>
        <Answer of={asked}>
          {({ subject, text }) => (
            <>
              <Text strong lang={language}>
                {subject}
              </Text>
              <Typography.Paragraph
                lang={language}
                copyable={{ text: `${subject}\n\n${text}` }}
                style={{ whiteSpace: 'pre-wrap', margin: 0 }}
                className="hf-break"
              >
                {text}
              </Typography.Paragraph>
              <Space wrap>
                <Button
                  onClick={() =>
                    download(
                      `request-${request.request}-${about}-${language}.txt`,
                      `${subject}\n\n${text}\n`,
                      'text/plain;charset=utf-8',
                    )
                  }
                >
                  {say(words.keep)}
                </Button>
                <Text type="secondary">{say(words.note)}</Text>
              </Space>
            </>
          )}
        </Answer>
      </Flex>
    </Card>
  );
}
