// What `holdfast audit verify` says of a verdict, in both languages.

import type { Flaw, FlawKind, Verdict } from '../core/audit/audit.ts';
import type { Words } from '../core/errors.ts';
import type { CliContext } from './context.ts';

const kinds: { readonly [kind in FlawKind]: Words } = {
  changed: { en: 'was changed', zh: '被改动' },
  removed: { en: 'is missing', zh: '缺失' },
  reordered: { en: 'stands in the wrong place', zh: '位置不对' },
  forged: { en: 'was added without the signature of the node', zh: '未经节点签名而添加' },
  head_changed: { en: 'is covered by a head that the node, or a peer, did not sign', zh: '所属签名头并非节点或联署方所签' },
  rolled_back: {
    en: 'is not what was there before: the log was put back to an older copy',
    zh: '与此前不符：日志被回退到旧副本',
  },
  wrong_key: { en: 'is signed with another key than the heads that were kept', zh: '签名密钥与留存的签名头不同' },
};

export function tellVerdict(context: CliContext, verdict: Verdict): void {
  const { entries, heads, witnesses, cosignatures, cosigners, root, publicKey, flaw } = verdict;
  if (flaw) {
    context.print(flawText(context, flaw));
    return;
  }
  context.print(
    context.words({
      en: `The audit log is what the node signed: ${entries} entries, ${heads} heads.`,
      zh: `审计日志与节点签名一致：${entries} 条记录，${heads} 个签名头。`,
    }),
  );
  context.print(context.words({ en: `root        ${root}`, zh: `根哈希  ${root}` }));
  context.print(context.words({ en: `public key  ${publicKey}`, zh: `公钥    ${publicKey}` }));
  if (cosignatures > 0)
    context.print(
      context.words({
        en: `${cosignatures} heads are signed by peers too: ${cosigners.join(' ')}`,
        zh: `${cosignatures} 个签名头另有联署：${cosigners.join(' ')}`,
      }),
    );
  if (witnesses > 0)
    context.print(
      context.words({ en: `It agrees with ${witnesses} heads kept elsewhere.`, zh: `与另存他处的 ${witnesses} 个签名头一致。` }),
    );
  else
    context.note({
      en: 'Nothing kept elsewhere was compared, so a copy put back whole would look the same: see --head and auditSink.',
      zh: '未与另存的签名头比较，因此无法发现整体回退：参见 --head 与 auditSink。',
    });
}

function flawText(context: CliContext, { kind, entry, through, where }: Flaw): string {
  const range: Words =
    through === undefined
      ? { en: `entry ${entry}`, zh: `记录 ${entry}` }
      : { en: `entry ${entry}, or one up to ${through},`, zh: `记录 ${entry} 至 ${through} 之一` };
  return context.words({ en: `${range.en} ${kinds[kind].en} (${where}).`, zh: `${range.zh}${kinds[kind].zh}（${where}）。` });
}
