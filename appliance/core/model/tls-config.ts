// What the configuration says of the node's own HTTPS: a certificate that somebody gave, an authority of the node's own, or one of the organisation that is
// asked by ACME.

import { type SecretReference, secretReferenceSchema } from './secret-reference.ts';

/** An authority of the organisation that gives certificates by ACME (RFC 8555). */
export type AcmeDeclaration = {
  /** Its directory, such as `https://ca.internal/acme/acme/directory`. No other host is called. */
  directory: string;
  /** PEM by which the authority's own HTTPS is checked, relative to the data folder; what Node and the system trust when absent. */
  certificates?: string;
  /** An address of mail that the authority may write to. */
  contact?: string;
  /** Binds the account to one that the authority knows (RFC 8555, section 7.3.4). */
  externalAccount?: { id: string; key: SecretReference };
  /** Where the authority's question is answered over plain HTTP (http-01); on the node's own port of TLS (tls-alpn-01) when absent. */
  httpPort?: number;
};

export type TlsDeclaration = {
  /** PEM, the server's own first and then those between it and the root; relative to the data folder. */
  certificate?: string;
  /** PEM, without a passphrase. */
  key?: string;
  /** The node makes an authority and its certificate itself, in the folder `tls`, and renews the certificate. */
  authority?: 'own';
  /** An authority of the organisation is asked for the certificate, and again before it ends. */
  acme?: AcmeDeclaration;
  /** DNS names and addresses that the certificate is for, beside the host of `publicUrl`; an own one is for the address and this machine too. */
  names?: string[];
  /** 1.3 unless old clients need the other. */
  minVersion?: '1.2' | '1.3';
};

const path = { type: 'string', minLength: 1, maxLength: 1000 } as const;

/** A DNS name or an IP address; no wildcards. */
export const hostPattern =
  '^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*|[0-9a-fA-F:]+)$';

export const acmeSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['directory'],
  properties: {
    directory: { type: 'string', pattern: '^https://[^\\s@]+$', maxLength: 500 },
    certificates: path,
    contact: { type: 'string', pattern: '^[^\\s@,]+@[^\\s@,]+$', maxLength: 200 },
    externalAccount: {
      type: 'object',
      additionalProperties: false,
      required: ['id', 'key'],
      properties: { id: { type: 'string', minLength: 1, maxLength: 200 }, key: secretReferenceSchema },
    },
    httpPort: { type: 'integer', minimum: 1, maximum: 65_535 },
  },
} as const;

export const tlsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    certificate: path,
    key: path,
    authority: { enum: ['own'] },
    acme: acmeSchema,
    names: { type: 'array', maxItems: 50, uniqueItems: true, items: { type: 'string', pattern: hostPattern, maxLength: 253 } },
    minVersion: { enum: ['1.2', '1.3'] },
  },
} as const;

/** Whom a certificate of ACME is for: what clients type, and what is configured. */
export function acmeNames(publicUrl: string | undefined, { names = [] }: TlsDeclaration): string[] {
  const outside = publicUrl === undefined ? [] : [new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')];
  return [...new Set([...outside, ...names].map((name) => name.toLowerCase()))];
}

/** What a schema cannot say. @returns what is wrong, behind `/tls` */
export function tlsFault(declaration: TlsDeclaration, publicUrl: string | undefined): string | undefined {
  const { certificate, key, authority, acme, names } = declaration;
  if (authority !== undefined && (certificate !== undefined || key !== undefined))
    return '/authority: either an own authority, or certificate and key';
  if (acme !== undefined && (authority !== undefined || certificate !== undefined || key !== undefined))
    return '/acme: either by ACME, or an own authority, or certificate and key';
  if (acme !== undefined)
    return acmeNames(publicUrl, declaration).length === 0
      ? '/acme: whom is the certificate for? "publicUrl" or "names" is needed'
      : undefined;
  if (authority === undefined && (certificate === undefined || key === undefined))
    return ' needs certificate and key, or "authority": "own", or "acme"';
  if (authority === undefined && names !== undefined) return '/names: a given certificate says itself whom it is for';
  return undefined;
}
