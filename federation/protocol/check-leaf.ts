// Who is at the other end of a TLS connection: holds a peer's certificate to the federation's authority, its revocations and the time, and
// gives the member's id or the code of what is wrong. And the options by which both ends ask each other for one.

import { constants, X509Certificate } from 'node:crypto';
import type { PeerCertificate, TlsOptions } from 'node:tls';
import { type LeafName, leafUri, plainSerial } from './certificates.ts';
import { type ProtocolCode, ProtocolFault } from './words.ts';

export type LeafTrust = {
  readonly federation: string;
  /** The authority's certificate, PEM or DER. */
  readonly ca: string | Uint8Array;
  readonly revoked: ReadonlySet<string>;
  readonly nowMs: number;
  /** How far our clock may be wrong, both ways. */
  readonly skewMs: number;
};

export type LeafCheck =
  | {
      readonly ok: true;
      readonly member: string;
      readonly serial: string;
      readonly renewAtMs: number;
      readonly notAfterMs: number;
    }
  | { readonly ok: false; readonly code: ProtocolCode };

const uri = /^URI:holdfast:federation\/([0-9a-f]{32})\/member\/([0-9a-f]{32})$/;

/**
 * The first reason stands: malformed, other federation, unknown issuer, not yet valid, expired, revoked.
 * @param certificate PEM or DER, such as `socket.getPeerCertificate().raw`
 */
export function checkLeaf(certificate: string | Uint8Array, { federation, ca, revoked, nowMs, skewMs }: LeafTrust): LeafCheck {
  const { issuer, leaf } = readBoth(certificate, ca);
  if (!issuer) throw new RangeError('ca: expected the certificate of an authority');
  if (leaf === undefined) return { ok: false, code: 'certificate_malformed' };
  if (leaf.federation !== federation) return { ok: false, code: 'certificate_other_federation' };
  if (!leaf.issued) return { ok: false, code: 'certificate_issuer_unknown' };
  const { fromMs, toMs, serial, member } = leaf;
  if (nowMs < fromMs - skewMs) return { ok: false, code: 'certificate_not_yet_valid' };
  if (nowMs > toMs + skewMs) return { ok: false, code: 'certificate_expired' };
  if (revoked.has(serial)) return { ok: false, code: 'certificate_revoked' };
  return { ok: true, member, serial, renewAtMs: fromMs + ((toMs - fromMs) * 2) / 3, notAfterMs: toMs };
}

/** What stands in two certificates, and whether the one signed the other: neither time nor revocation changes it. */
type Read = {
  readonly issuer: boolean;
  readonly leaf:
    | {
        readonly federation: string;
        readonly member: string;
        readonly serial: string;
        readonly fromMs: number;
        readonly toMs: number;
        readonly issued: boolean;
      }
    | undefined;
};

/** Every call of a member asks, and reading and verifying take most of a short call: the last ones are kept, by all of their bytes. */
const kept = new Map<string, Read>();
const keptMax = 256;
const textOf = (certificate: string | Uint8Array) =>
  typeof certificate === 'string' ? certificate : Buffer.from(certificate).toString('latin1');

function readBoth(certificate: string | Uint8Array, ca: string | Uint8Array): Read {
  const [own, issuing] = [textOf(certificate), textOf(ca)];
  const key = `${own.length} ${own}${issuing}`;
  const known = kept.get(key);
  if (known) return known;
  const found = compared(read(certificate), read(ca));
  const [oldest] = kept.keys();
  if (kept.size >= keptMax && oldest !== undefined) kept.delete(oldest);
  // Strangers' may be long and are never asked about again.
  if (found.leaf?.issued) kept.set(key, found);
  return found;
}

function compared(leaf: X509Certificate | undefined, issuer: X509Certificate | undefined): Read {
  if (issuer === undefined || !issuer.ca) return { issuer: false, leaf: undefined };
  const name = uri.exec(leaf?.subjectAltName ?? '');
  if (leaf === undefined || leaf.ca || name === null) return { issuer: true, leaf: undefined };
  return {
    issuer: true,
    leaf: {
      federation: name[1]!,
      member: name[2]!,
      serial: plainSerial(leaf.serialNumber),
      fromMs: leaf.validFromDate.getTime(),
      toMs: leaf.validToDate.getTime(),
      issued: leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey),
    },
  };
}

function read(certificate: string | Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(certificate);
  } catch {
    return undefined;
  }
}

/**
 * What a client gives to tls.connect as `checkServerIdentity`: the certificate has to be the called member's, whatever host it answers at.
 * @param trust asked at each connection, as the time and the revocations go on
 */
export function memberIdentity(
  name: LeafName,
  trust: () => LeafTrust,
): (host: string, peer: PeerCertificate) => Error | undefined {
  return (_host, peer) => {
    const found = checkLeaf(peer.raw, trust());
    if (!found.ok) return new ProtocolFault(found.code);
    if (found.member !== name.member) return new ProtocolFault('certificate_other_member', leafUri(name));
    return undefined;
  };
}

type TlsChoice =
  | 'minVersion'
  | 'maxVersion'
  | 'cert'
  | 'key'
  | 'ca'
  | 'crl'
  | 'requestCert'
  | 'rejectUnauthorized'
  | 'secureOptions';

/**
 * Options that both ends share: TLS 1.3 and nothing older, a certificate asked of the other end, and nobody let in without one. TLS itself
 * refuses unknown issuers, expired leaves (by the machine's clock, without tolerance) and those on the list; checkLeaf says who it is. No
 * session is resumed, as that would skip the check. For a new list a server calls `setSecureContext` with new options; connections that are
 * open stay so until the caller holds their peers to the list.
 */
export function mutualTls(own: {
  readonly certificate: string;
  readonly privateKey: string;
  readonly authority: string;
  readonly revocationList: string;
}): Pick<TlsOptions, TlsChoice> {
  return {
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    cert: own.certificate,
    key: own.privateKey,
    ca: own.authority,
    crl: own.revocationList,
    requestCert: true,
    rejectUnauthorized: true,
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}
