// How the node proves to an authority that a name is its own. On its port of TLS (tls-alpn-01, RFC 8737 and 8738): whoever offers the protocol `acme-tls/1`
// for that name is shown a certificate made for the question; everybody else sees the usual one. Or over plain HTTP (http-01) on a port that is open only
// while the authority may ask.

// It stands first: the library asks for it while it loads.
import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { Fault } from '../../errors.ts';
import { addressBytes, newQuestionCertificate } from '../own-authority.ts';
import type { Proof, Prover } from './order.ts';

const protocol = 'acme-tls/1';

/** The name under which an authority asks for an address (RFC 8738, section 6). */
function askedAs(name: string): string {
  const version = isIP(name);
  if (version === 0) return name.toLowerCase();
  const bytes = [...addressBytes(name)];
  if (version === 4) return `${bytes.reverse().join('.')}.in-addr.arpa`;
  const digits = bytes.flatMap((byte) => [byte >> 4, byte & 15]).map((digit) => digit.toString(16));
  return `${digits.reverse().join('.')}.ip6.arpa`;
}

export class TlsProver implements Prover {
  readonly kind = 'tls-alpn-01';
  readonly #making: Parameters<typeof newQuestionCertificate>[2];
  readonly #open = new Map<string, SecureContext>();

  constructor(making: Parameters<typeof newQuestionCertificate>[2]) {
    this.#making = making;
  }

  async offer({ name, keyAuthorization }: Proof): Promise<() => Promise<void>> {
    const digest = createHash('sha256').update(keyAuthorization).digest();
    const { certificate, key } = await newQuestionCertificate(name, digest, this.#making);
    const asked = askedAs(name);
    this.#open.set(asked, createSecureContext({ cert: certificate, key }));
    return async () => void this.#open.delete(asked);
  }

  /** For the server: it calls this, as its socket, with what a client offers. */
  get choose(): (this: TLSSocket, offered: { servername: string; protocols: string[] }) => string | undefined {
    const open = this.#open;
    return function choose({ servername, protocols }) {
      const context = protocols.includes(protocol) ? open.get(servername.toLowerCase()) : undefined;
      if (context) {
        this.setKeyCert(context);
        // It has seen what it came for.
        this.once('secure', () => this.end());
        return protocol;
      }
      return protocols.includes('http/1.1') ? 'http/1.1' : undefined;
    };
  }
}

const place = '/.well-known/acme-challenge/';

export class HttpProver implements Prover {
  readonly kind = 'http-01';
  readonly #at: { address: string; port: number };

  constructor(at: { address: string; port: number }) {
    this.#at = at;
  }

  async offer({ token, keyAuthorization }: Proof): Promise<() => Promise<void>> {
    const { address: host, port } = this.#at;
    const server = createServer((request, response) => {
      const isAsked = request.method === 'GET' && request.url === `${place}${token}`;
      response.writeHead(isAsked ? 200 : 404, { 'content-type': 'application/octet-stream', connection: 'close' });
      response.end(isAsked ? keyAuthorization : '');
    });
    try {
      server.listen(port, host);
      await once(server, 'listening');
    } catch (error) {
      throw new Fault('port_in_use', `${host}:${port} (tls.acme.httpPort)`, { cause: error });
    }
    return async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    };
  }
}
