// A document as a file: a page that prints well, or plain text for one's own systems.

import { useMutation } from '@tanstack/react-query';
import { Button, Space } from 'antd';
import { download } from '../../../parts/download.ts';
import { Fault } from '../../../parts/fault.tsx';
import { type Language, useLanguage, useSay } from '../../../words/words.ts';

const words = {
  page: { en: 'Keep as a page', zh: '存为网页' },
  text: { en: 'Keep as text', zh: '存为文本' },
} as const;

export type DocumentForm = 'html' | 'markdown';

/** @param fetch gives the document in a form and a language @param name of the file, without what it ends in */
export function Keep({ name, fetch }: { name: string; fetch(format: DocumentForm, language: Language): Promise<unknown> }) {
  const say = useSay();
  const language = useLanguage();
  const keep = useMutation({
    mutationFn: async (format: DocumentForm) => {
      const text = String(await fetch(format, language));
      if (format === 'html') download(`${name}-${language}.html`, text, 'text/html;charset=utf-8');
      else download(`${name}-${language}.md`, text, 'text/markdown;charset=utf-8');
    },
  });
  return (
    <>
      <Fault error={keep.error} />
      <Space wrap>
        <Button loading={keep.isPending} onClick={() => keep.mutate('html')}>
          {say(words.page)}
        </Button>
        <Button disabled={keep.isPending} onClick={() => keep.mutate('markdown')}>
          {say(words.text)}
        </Button>
      </Space>
    </>
  );
}
