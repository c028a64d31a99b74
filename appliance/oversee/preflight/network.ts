// The node's name and ports: whether the name leads to this machine, and whether the ports can be listened on.

import { isIP } from 'node:net';
import type { Words } from '../../core/errors.ts';
import type { Finding } from '../../core/store/store.ts';
import type { Machine, PortState } from './machine.ts';

export async function checkName(machine: Machine, name: string | undefined): Promise<Finding[]> {
  if (name === undefined || isIP(name) !== 0) return [];
  const said = { check: 'preflight-name', name: { en: 'Name', zh: '域名' } };
  const found = await machine.resolve(name);
  if (found === 'unknown_name' || found === 'no_answer')
    return [
      {
        ...said,
        severity: 'error',
        message:
          found === 'unknown_name'
            ? { en: `${name} leads nowhere.`, zh: `${name} 无法解析。` }
            : {
                en: `${name} could not be looked up: the name server does not answer.`,
                zh: `无法查询 ${name}：域名服务器未应答。`,
              },
        next: {
          en: 'Enter it in the name server of your network, with the address of this machine; look at /etc/resolv.conf here.',
          zh: '请在内网域名服务器中登记该域名并指向本机地址；同时检查本机 /etc/resolv.conf。',
        },
      },
    ];
  const own = machine.ownAddresses();
  const list = found.addresses.join(', ');
  if (found.addresses.some((address) => own.includes(address)))
    return [{ ...said, severity: 'ok', message: { en: `${name} leads to this machine.`, zh: `${name} 指向本机。` } }];
  return [
    {
      ...said,
      severity: 'warning',
      message: { en: `${name} leads to ${list}, which is not this machine.`, zh: `${name} 指向 ${list}，并非本机。` },
      next: {
        en: 'Right where a proxy or a load balancer stands there; otherwise change the entry in the name server.',
        zh: '若该地址为代理或负载均衡则无需处理；否则请更正域名记录。',
      },
    },
  ];
}

/** @param isOwn the node itself runs and holds its port */
export async function checkPorts(
  machine: Machine,
  ports: readonly { address: string; port: number }[],
  isOwn: boolean,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { address, port } of ports) {
    const name = { en: `Port ${port}`, zh: `端口 ${port}` };
    const said = { check: `preflight-port-${port}`, name };
    const state = await machine.port(address, port);
    if (state === 'free' || (state === 'in_use' && isOwn))
      findings.push({
        ...said,
        severity: 'ok',
        message: state === 'free' ? { en: 'Free.', zh: '空闲。' } : { en: 'This node has it.', zh: '由本节点使用。' },
      });
    else findings.push({ ...said, severity: 'error', ...wordsOf(state, address) });
  }
  return findings;
}

function wordsOf(state: PortState, address: string): { message: Words; next: Words } {
  if (state === 'in_use')
    return {
      message: { en: 'Another program listens there.', zh: '已被其他程序占用。' },
      next: {
        en: 'Find it by: ss -ltnp. Stop it, or choose another port.',
        zh: '请执行 ss -ltnp 查找并停止该程序，或改用其他端口。',
      },
    };
  if (state === 'not_permitted')
    return {
      message: { en: 'This user may not listen there.', zh: '当前用户无权监听该端口。' },
      next: {
        en: 'Have systemd hold the port (docs/installing.md, "The port held by systemd"), or choose one above 1023.',
        zh: '请由 systemd 持有该端口（见 docs/installing.md），或改用 1023 以上的端口。',
      },
    };
  return {
    message: { en: `${address} is no address of this machine.`, zh: `${address} 不是本机地址。` },
    next: {
      en: 'Take one that "ip address" shows, or 0.0.0.0 for all.',
      zh: '请使用 "ip address" 所列的地址，或以 0.0.0.0 表示全部。',
    },
  };
}
