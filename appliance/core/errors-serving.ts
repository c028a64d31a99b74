// The part of the catalogue of errors (errors.ts) that is about serving: the port, and the node's own HTTPS.

import type { FaultEntry } from './errors.ts';

export const servingFaults = {
  port_in_use: {
    status: 500,
    message: { en: 'The address cannot be served on.', zh: '无法在该地址提供服务。' },
    next: {
      en: 'Another program may be using it: stop that, or set another "port" in holdfast.json or by --port.',
      zh: '该端口可能被其他程序占用：请停止该程序，或在 holdfast.json 或 --port 中设置其他端口。',
    },
  },
  tls_unusable: {
    status: 500,
    message: { en: 'The certificate or its key cannot be used.', zh: '证书或其私钥不可用。' },
    next: {
      en: 'Look at the file named: "tls" in holdfast.json says where they lie. The node has to be able to read both, in PEM, the key without a passphrase.',
      zh: '请检查所指的文件（位置见 holdfast.json 的 "tls"）：节点须能读取二者，均为 PEM 格式，且私钥不设口令。',
    },
  },
} as const satisfies { [code: string]: FaultEntry };
