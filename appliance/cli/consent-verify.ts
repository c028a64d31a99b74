// `holdfast consent verify`: whether consent receipts are what a node signed. It needs the file and the node's public key, and no node.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault, type Words } from '../core/errors.ts';
import { type ConsentReceiptFlaw, type SignedReceipt, verifyConsentReceipt } from '../record/consent/consent.ts';
import type { CliContext } from './context.ts';

const flaws: { readonly [flaw in ConsentReceiptFlaw]: Words } = {
  not_a_receipt: { en: 'it is no consent receipt', zh: '不是同意回执' },
  unsigned: { en: 'nobody signed it', zh: '未签名' },
  wrong_key: { en: 'another node signed it', zh: '由其他节点签名' },
  signature: { en: 'it is not what the node signed', zh: '内容与签名不符' },
  evidence: { en: 'the evidence is not what the node signed', zh: '凭证内容与签名不符' },
};

/** One receipt, or `{ receipts }` as customers download them. @throws {Fault} `receipt_broken` naming which and why */
export function verifyReceipts(context: CliContext, file: string, key: string): void {
  if (!/^[0-9a-fA-F]{64}$/.test(key)) throw new Fault('bad_request', '--key: 64 hexadecimal digits');
  const receipts = readReceipts(resolve(context.io.cwd, file), file).map((given, at, all) => {
    const { flaw, receipt } = verifyConsentReceipt(given, key);
    if (!receipt) throw new Fault('receipt_broken', `${all.length > 1 ? `${at + 1}: ` : ''}${context.words(flaws[flaw!])}`);
    return receipt;
  });
  context.answer({ ok: true, receipts: receipts.map(({ receipt_id }) => receipt_id) }, () => {
    for (const receipt of receipts) context.print(context.words(wordsOf(receipt)));
  });
}

function readReceipts(path: string, file: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Fault('unreadable_file', file, { cause: error });
  }
  const { receipts } = (value ?? {}) as { receipts?: unknown };
  if (!Array.isArray(receipts)) return [value];
  if (receipts.length === 0) throw new Fault('unreadable_file', `${file}: no receipt is in it`);
  return receipts;
}

type Known = {
  receipt_time: string;
  consent_record: {
    pii_principal_id: string;
    pii_processing: { purposes: { purpose_id: string; service_channel: string }[] };
    events: { event_state: string; event_time: string }[];
  };
};

/** The node signed it, so its form is the node's own. */
function wordsOf(receipt: SignedReceipt): Words {
  const { receipt_time: time, consent_record: record } = receipt as unknown as Known;
  const [event] = record.events;
  const about = record.pii_processing.purposes.map((one) => `${one.purpose_id} (${one.service_channel})`).join(', ');
  const state = String(event?.event_state).replace('dpv:', '');
  return {
    en: `The node signed on ${time} that for ${record.pii_principal_id} its ledger says ${state} for ${about} since ${event?.event_time}.`,
    zh: `节点于 ${time} 签名证明：其台账载明 ${record.pii_principal_id} 自 ${event?.event_time} 起对 ${about} 的状态为 ${state}。`,
  };
}
