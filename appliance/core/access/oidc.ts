// Sign-in by the organisation's own OpenID Connect provider: authorization code with PKCE, state and nonce. The protocol is openid-client's;
// here is what it is held to: one issuer, its origin and those it was allowed, a browser that began what it ends, a token that is signed.

import * as client from 'openid-client';
import { Fault } from '../errors.ts';
import type { OidcDeclaration } from '../model/directory-config.ts';
import type { Ports } from '../ports.ts';

export const oidcLimits = {
  /** How long a sign-in may take at the provider. */
  pendingMs: 10 * 60_000,
  answerBytes: 1024 * 1024,
  timeoutS: 10,
  /** What the provider says of itself is asked for again after this. */
  metadataMs: 3_600_000,
  groups: 1_000,
} as const;

/** What the provider says of somebody. */
export type OutsideIdentity = {
  /** The provider's number for them, which never changes. */
  readonly subject: string;
  readonly login?: string;
  readonly name?: string;
  readonly email?: string;
  /** Absent where the provider did not say. */
  readonly groups?: readonly string[];
  readonly language?: string;
};
export type Ended = { readonly identity: OutsideIdentity; readonly stepUp: boolean };

export type OidcParts = {
  declaration: OidcDeclaration;
  secret?: string;
  ports: Pick<Ports, 'clock' | 'random'>;
  /** For what the browser keeps meanwhile: so that whoever begins many sign-ins takes no memory here. */
  seal(text: string): Uint8Array;
  open(sealed: Uint8Array): string;
};

type Pending = {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
  readonly stepUp: boolean;
  readonly untilMs: number;
};

export class Oidc {
  readonly #parts: OidcParts;
  /** States of sign-ins that came to their end, until they run out: each counts once. */
  readonly #ended = new Map<string, number>();
  #known: { readonly configuration: client.Configuration; readonly untilMs: number } | undefined;

  constructor(parts: OidcParts) {
    this.#parts = parts;
  }

  /**
   * @param redirectUri where the provider sends the browser back to
   * @param stepUp asks the provider to see the person again, whatever session they have there
   * @returns where to send the browser, and what it has to bring back in a cookie
   * @throws {Fault} `provider_unavailable`
   */
  async begin(redirectUri: string, stepUp: boolean): Promise<{ url: string; binding: string }> {
    const configuration = await this.#configuration();
    const nowMs = this.#parts.ports.clock.nowMs();
    const [state, nonce, verifier] = [this.#secret(), this.#secret(), this.#secret()];
    const pending: Pending = { state, nonce, verifier, redirectUri, stepUp, untilMs: nowMs + oidcLimits.pendingMs };
    const binding = Buffer.from(this.#parts.seal(JSON.stringify(pending))).toString('base64url');
    const { scopes = ['profile', 'email'] } = this.#parts.declaration;
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: ['openid', ...scopes.filter((scope) => scope !== 'openid')].join(' '),
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(stepUp && { prompt: 'login', max_age: '0' }),
    });
    return { url: url.href, binding };
  }

  /**
   * @param search the query that the provider sent the browser back with
   * @throws {Fault} `provider_refused` for whatever does not fit, `provider_unavailable`
   */
  async end(binding: string | undefined, search: string): Promise<Ended> {
    const nowMs = this.#parts.ports.clock.nowMs();
    const pending = binding === undefined ? undefined : this.#opened(binding);
    if (!pending || nowMs >= pending.untilMs || this.#ended.has(pending.state)) throw new Fault('provider_refused');
    const configuration = await this.#configuration();
    const url = new URL(pending.redirectUri);
    url.search = search;
    return heard(async () => {
      const tokens = await client.authorizationCodeGrant(configuration, url, {
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        pkceCodeVerifier: pending.verifier,
        ...(pending.stepUp && { maxAge: oidcLimits.pendingMs / 1000 }),
      });
      const claims = tokens.claims();
      if (!claims) throw new Fault('provider_refused');
      this.#end(pending, nowMs);
      const said = await this.#complete(configuration, claims, tokens.access_token);
      return { identity: identityOf(claims.sub, said, this.#groupsClaim), stepUp: pending.stepUp };
    });
  }

  get #groupsClaim(): string {
    return this.#parts.declaration.groupsClaim ?? 'groups';
  }

  /** Many providers put into the token only who it is, and the rest where it has to be fetched. */
  async #complete(configuration: client.Configuration, claims: client.IDToken, accessToken: string): Promise<Claims> {
    const { userinfo_endpoint } = configuration.serverMetadata();
    const whole = claims[this.#groupsClaim] !== undefined && (claims.email ?? claims.preferred_username) !== undefined;
    if (whole || userinfo_endpoint === undefined) return claims;
    return { ...(await client.fetchUserInfo(configuration, accessToken, claims.sub)), ...claims };
  }

  async #configuration(): Promise<client.Configuration> {
    const nowMs = this.#parts.ports.clock.nowMs();
    if (this.#known && nowMs < this.#known.untilMs) return this.#known.configuration;
    const { declaration, secret } = this.#parts;
    const issuer = new URL(declaration.issuer);
    const configuration = await heard(() =>
      client.discovery(
        issuer,
        declaration.clientId,
        undefined,
        secret === undefined ? client.None() : client.ClientSecretBasic(secret),
        {
          [client.customFetch]: (url, options) => this.#fetch(url, options),
          timeout: oidcLimits.timeoutS,
          execute: [client.enableNonRepudiationChecks, ...(isLoopback(issuer) ? [client.allowInsecureRequests] : [])],
        },
      ),
    );
    this.#known = { configuration, untilMs: nowMs + oidcLimits.metadataMs };
    return configuration;
  }

  /** The only way out of the node, to the issuer and where it was allowed, and for answers of a size. */
  async #fetch(url: string, options: client.CustomFetchOptions): Promise<Response> {
    const { issuer, alsoCalls = [] } = this.#parts.declaration;
    if (![new URL(issuer).origin, ...alsoCalls].includes(new URL(url).origin))
      throw new Fault('config_invalid', 'directory.oidc.alsoCalls');
    const response = await fetch(url, options as RequestInit);
    const headers = new Headers(response.headers);
    for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name);
    const body = await bounded(response);
    return new Response(body.length === 0 ? null : new Uint8Array(body), { status: response.status, headers });
  }

  #opened(binding: string): Pending | undefined {
    try {
      return JSON.parse(this.#parts.open(Buffer.from(binding, 'base64url'))) as Pending;
    } catch {
      return undefined;
    }
  }

  /** As many as the provider lets in within ten minutes. */
  #end({ state, untilMs }: Pending, nowMs: number): void {
    for (const [known, until] of this.#ended) if (until <= nowMs) this.#ended.delete(known);
    if (this.#ended.has(state)) throw new Fault('provider_refused');
    this.#ended.set(state, untilMs);
  }

  #secret(): string {
    return Buffer.from(this.#parts.ports.random.bytes(32)).toString('base64url');
  }
}

type Claims = { readonly [claim: string]: unknown };

/** What the provider or the network did wrong, without what it said: that may be about somebody. */
async function heard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const fault = faultIn(error);
    if (fault) throw fault;
    throw new Fault(isUnreachable(error) ? 'provider_unavailable' : 'provider_refused', undefined, { cause: error });
  }
}

function faultIn(error: unknown): Fault | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof Fault) return at;
  return undefined;
}

function isUnreachable(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, cause } = at as { code?: unknown; cause?: unknown };
    if (at.message === 'fetch failed' || code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT') return true;
    if (cause instanceof Response && cause.status >= 500) return true;
  }
  return false;
}

async function bounded(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > oidcLimits.answerBytes) throw new Fault('provider_unavailable', 'oidcLimits.answerBytes');
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}

/** TLS protects what goes over a network; a provider on this machine needs none. */
function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname));
}

function identityOf(subject: string, claims: Claims, groupsClaim: string): OutsideIdentity {
  const text = (name: string) => (typeof claims[name] === 'string' && claims[name] !== '' ? claims[name] : undefined);
  // An address that the provider has not seen confirmed is anybody's claim.
  const email = claims.email_verified === false ? undefined : text('email');
  const login = text('preferred_username') ?? email;
  const name = text('name');
  const language = text('locale');
  const listed = claims[groupsClaim];
  const groups = Array.isArray(listed)
    ? listed.filter((group) => typeof group === 'string').slice(0, oidcLimits.groups)
    : undefined;
  return {
    subject,
    ...(login !== undefined && { login }),
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(groups !== undefined && { groups }),
    ...(language !== undefined && { language }),
  };
}
