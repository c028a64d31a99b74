// A customer who is not there: never was, or was erased. Whoever may see it gets the signed receipt of the erasure.

import { useMutation } from '@tanstack/react-query';
import { Button, Flex } from 'antd';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { downloadJson } from '../../parts/download.ts';
import { Fault } from '../../parts/fault.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Nothing } from '../../parts/states.tsx';
import { useSay } from '../../words/words.ts';
import { useProposals } from './rights.tsx';

const words = {
  title: { en: 'No such customer', zh: '没有此客户' },
  never: { en: 'There is no customer of this number', zh: '没有此编号的客户' },
  next: { en: 'Perhaps they became one with another, or were erased.', zh: '可能已与他人合并，或已被删除。' },
  erased: { en: 'This customer was erased', zh: '该客户已被删除' },
  receipt: { en: 'Save the signed receipt', zh: '保存签名回执' },
  back: { en: 'All customers', zh: '返回客户列表' },
} as const;

export function Gone({ id }: { id: string }) {
  const say = useSay();
  const may = useMay();
  const { data = [] } = useProposals(id, 'subject.erase', 'done');
  const erasure = data
    .map(({ result }) => (result as { erasure?: unknown } | undefined)?.erasure)
    .find((one) => typeof one === 'string');
  const saving = useMutation({
    mutationFn: async (one: string) =>
      downloadJson(
        `${one}.json`,
        await unwrap(api.GET('/api/erasures/{erasure}/receipt', { params: { path: { erasure: one } } })),
      ),
  });
  return (
    <Page title={words.title}>
      <Nothing what={erasure === undefined ? words.never : words.erased} {...(erasure === undefined && { next: words.next })}>
        <Fault error={saving.error} />
        <Flex gap={space.medium} justify="center">
          {typeof erasure === 'string' && may('erasure.receipt') && (
            <Button loading={saving.isPending} onClick={() => saving.mutate(erasure)}>
              {say(words.receipt)}
            </Button>
          )}
          <Link href="/customers">{say(words.back)}</Link>
        </Flex>
      </Nothing>
    </Page>
  );
}
