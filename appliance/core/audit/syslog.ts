// Signed heads and alarms to a syslog server of one's own (RFC 5424), by UDP (RFC 5426) or TCP with octet counting (RFC 6587, 3.4.1). The address
// is one of this machine or of a private network, written as numbers: neither says anything of customers, but nothing of the node calls out either.

import { createSocket } from 'node:dgram';
import { BlockList, connect, isIP, isIPv6, type Socket } from 'node:net';
import type { HeadText } from './head.ts';
import type { HeadWriter } from './sink.ts';

export type SyslogTarget = { protocol: 'udp' | 'tcp'; host: string; port: number };

const defaultPort = 514;
const connectMs = 3_000;
/** Log audit. */
const facility = 13;
/** RFC 5424, table 2: somebody must act at once; something is amiss; all is as it should be. */
export const syslogSeverities = { alert: 1, warning: 4, notice: 5 } as const;

/** What one message says. `kind` is its MSGID: printable ASCII without spaces. */
export type SyslogLine = { atMs: number; severity: keyof typeof syslogSeverities; kind: string; said: object };
export type SyslogSender = {
  /** Rejects when it cannot be sent; by UDP, that it was sent is all that is known. */
  send(line: SyslogLine): Promise<void>;
  close(): Promise<void>;
};

const near = new BlockList();
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  near.addSubnet(network, bits, 'ipv4');
near.addAddress('::1', 'ipv6');
near.addSubnet('fc00::', 7, 'ipv6');
near.addSubnet('fe80::', 10, 'ipv6');

/** @param url `udp://127.0.0.1:514`, `tcp://192.168.1.9:601` @throws {Error} saying what is wrong with it */
export function parseSyslog(url: string): SyslogTarget {
  const parts = /^(udp|tcp):\/\/(\[[0-9a-f:.]+\]|[0-9.]+)(?::(\d{1,5}))?$/i.exec(url);
  if (!parts) throw new Error('is not udp:// or tcp:// with an address as numbers and a port');
  const host = parts[2]!.replace(/^\[|\]$/g, '');
  const port = parts[3] === undefined ? defaultPort : Number(parts[3]);
  if (isIP(host) === 0 || port < 1 || port > 65_535) throw new Error('names no address and port');
  if (!near.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')) throw new Error('is no address of this machine or a private network');
  return { protocol: parts[1]!.toLowerCase() as SyslogTarget['protocol'], host, port };
}

/** RFC 5424, section 6: version 1, no host name, no structured data, what is said as JSON. */
export function syslogText({ atMs, severity, kind, said }: SyslogLine): Buffer {
  const priority = facility * 8 + syslogSeverities[severity];
  return Buffer.from(`<${priority}>1 ${new Date(atMs).toISOString()} - holdfast - ${kind} - ${JSON.stringify(said)}`, 'utf8');
}

const headLine = (head: HeadText): SyslogLine => ({ atMs: head.atMs, severity: 'notice', kind: 'audit-head', said: head });

export const syslogMessage = (head: HeadText): Buffer => syslogText(headLine(head));

export function syslogWriter(target: SyslogTarget): HeadWriter {
  const sender = syslogSender(target);
  return { write: (head) => sender.send(headLine(head)), close: () => sender.close() };
}

export function syslogSender(target: SyslogTarget): SyslogSender {
  return target.protocol === 'udp' ? udpSender(target) : tcpSender(target);
}

/** Nobody answers: that it was sent is all that is known. */
function udpSender({ host, port }: SyslogTarget): SyslogSender {
  const send = (line: SyslogLine) =>
    new Promise<void>((resolve, reject) => {
      const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
      const ended = (error: Error | null) => {
        socket.close();
        if (error) reject(error);
        else resolve();
      };
      socket.once('error', ended);
      socket.send(syslogText(line), port, host, ended);
    });
  return { send, close: async () => undefined };
}

/** A connection that is kept; one that broke is made again for the next message. */
function tcpSender({ host, port }: SyslogTarget): SyslogSender {
  let open: Promise<Socket> | undefined;
  const dial = (): Promise<Socket> => {
    const dialled = new Promise<Socket>((resolve, reject) => {
      const socket = connect({ host, port, timeout: connectMs });
      // The next connection may be there before the last word of this one.
      const forget = () => {
        if (open === dialled) open = undefined;
      };
      const fail = (error: Error) => {
        forget();
        socket.destroy();
        reject(error);
      };
      socket.once('timeout', () => fail(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
      socket.on('error', fail);
      socket.once('close', forget);
      // A server that ends the connection has read no more: the next message must not go into the void.
      socket.once('end', () => socket.destroy());
      socket.once('connect', () => {
        socket.setTimeout(0);
        socket.unref();
        socket.resume();
        resolve(socket);
      });
    });
    return dialled;
  };
  return {
    async send(line) {
      open ??= dial();
      const socket = await open;
      const message = syslogText(line);
      await new Promise<void>((resolve, reject) => {
        socket.write(Buffer.concat([Buffer.from(`${message.length} `), message]), (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    },
    async close() {
      const socket = await open?.catch(() => undefined);
      if (!socket || socket.destroyed) return;
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        socket.setTimeout(connectMs, () => socket.destroy());
        socket.end();
      });
    },
  };
}
