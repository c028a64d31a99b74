// What the configuration says of the node's own HTTPS: a certificate that somebody gave, or an authority of the node's own.

export type TlsDeclaration = {
  /** PEM, the server's own first and then those between it and the root; relative to the data folder. */
  certificate?: string;
  /** PEM, without a passphrase. */
  key?: string;
  /** The node makes an authority and its certificate itself, in the folder `tls`, and renews the certificate. */
  authority?: 'own';
  /** DNS names and addresses that an own certificate is for, beside the host of `publicUrl`, the address and this machine. */
  names?: string[];
  /** 1.3 unless old clients need the other. */
  minVersion?: '1.2' | '1.3';
};

const path = { type: 'string', minLength: 1, maxLength: 1000 } as const;

/** A DNS name or an IP address; no wildcards. */
export const hostPattern =
  '^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*|[0-9a-fA-F:]+)$';

export const tlsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    certificate: path,
    key: path,
    authority: { enum: ['own'] },
    names: { type: 'array', maxItems: 50, uniqueItems: true, items: { type: 'string', pattern: hostPattern, maxLength: 253 } },
    minVersion: { enum: ['1.2', '1.3'] },
  },
} as const;

/** What a schema cannot say. @returns what is wrong, behind `/tls` */
export function tlsFault({ certificate, key, authority, names }: TlsDeclaration): string | undefined {
  if (authority !== undefined && (certificate !== undefined || key !== undefined))
    return '/authority: either an own authority, or certificate and key';
  if (authority === undefined && (certificate === undefined || key === undefined))
    return ' needs certificate and key, or "authority": "own"';
  if (authority === undefined && names !== undefined) return '/names: a given certificate says itself whom it is for';
  return undefined;
}
