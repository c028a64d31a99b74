// The part of the catalogue of errors that is about the node's own HTTPS.

import type { FaultEntry } from './errors.ts';

export const tlsFaults = {
  tls_unusable: {
    status: 500,
    message: { en: 'The certificate or its key cannot be used.', zh: '证书或其私钥不可用。' },
    next: {
      en: 'Look at the file named: "tls" in holdfast.json says where they lie. The node has to be able to read both, in PEM, the key without a passphrase.',
      zh: '请检查所指的文件（位置见 holdfast.json 的 "tls"）：节点须能读取二者，均为 PEM 格式，且私钥不设口令。',
    },
  },
} as const satisfies { [code: string]: FaultEntry };
