// The bearer token of a request. Who holds it is decided elsewhere; this file only reads the header.

const tokenLength = 512;

/** RFC 6750, section 2.1: `Authorization: Bearer <token>`, the scheme in any case. */
export function bearerToken(header: string | undefined): string | undefined {
  const token = /^bearer +([A-Za-z0-9\-._~+/:]+=*) *$/i.exec(header ?? '')?.[1];
  return token !== undefined && token.length <= tokenLength ? token : undefined;
}
