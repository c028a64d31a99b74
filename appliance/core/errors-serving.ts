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
  acme_failed: {
    status: 502,
    message: { en: 'The authority gave no certificate.', zh: 'CA 未签发证书。' },
    next: {
      en: 'The node tries again by itself. See what the authority says: it has to reach this node under each name, on port 443 (tls-alpn-01) or 80 (http-01, "httpPort"), and "tls.acme" in holdfast.json has to name its directory and the certificate that its HTTPS is checked by.',
      zh: '节点会自动重试。请按 CA 返回的内容检查：CA 须能以每个名称访问本节点的 443 端口（tls-alpn-01）或 80 端口（http-01，设置 "httpPort"）；holdfast.json 的 "tls.acme" 须填写其目录地址及用于校验其 HTTPS 的证书。',
    },
  },
  not_the_lead: {
    status: 421,
    message: { en: 'This node takes events; another one answers this.', zh: '本节点仅接收事件，该请求由另一节点应答。' },
    next: {
      en: 'Ask the lead: the node that answers 200 at /health/lead. A load balancer sends everything but events there.',
      zh: '请向主节点（/health/lead 返回 200 的节点）请求；负载均衡应将事件以外的请求全部转至主节点。',
    },
  },
  node_fenced: {
    status: 503,
    message: {
      en: 'This node has lost its place among the nodes and writes nothing.',
      zh: '本节点已失去集群成员资格，不再写入。',
    },
    next: {
      en: 'Send it to another node, or again in some seconds. If it lasts, look at the way from this node to PostgreSQL.',
      zh: '请转发至其他节点，或数秒后重试；如持续出现，请检查本节点到 PostgreSQL 的网络。',
    },
  },
  cluster_settings_differ: {
    status: 500,
    message: { en: 'This node is set up otherwise than the nodes it should join.', zh: '本节点的配置与其余节点不一致。' },
    next: {
      en: 'Give all nodes the same holdfast.json but for addresses, certificates and places of files, or stop the others first.',
      zh: '除地址、证书与文件位置外，各节点的 holdfast.json 须一致；或先停止其余节点。',
    },
  },
  not_with_several_nodes: {
    status: 409,
    message: { en: 'This is not done while several nodes share the database.', zh: '多节点共用数据库时不可执行此操作。' },
    next: {
      en: 'Stop all nodes, start one without "cluster" in holdfast.json, do it there, and start the others again afterwards.',
      zh: '请停止所有节点，以不含 "cluster" 的配置单独启动一个节点执行，完成后再启动其余节点。',
    },
  },
} as const satisfies { [code: string]: FaultEntry };
