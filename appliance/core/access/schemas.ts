// Schemas and examples of the routes of access, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../http/openapi.ts';
import { roles } from '../model/principal.ts';
import { linkLifeMs } from './links.ts';
import { passwordRules } from './password-rules.ts';
import { peopleLimits } from './people.ts';

const security = [{ accessToken: [] }, { session: [] }];
const atMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;
const flag = { type: 'boolean' } as const;
const password = {
  type: 'string',
  minLength: 1,
  maxLength: 4 * passwordRules.most,
  description: `${passwordRules.least} to ${passwordRules.most} characters when it is chosen.`,
} as const;
/** A password as it is typed at sign-in may be anything: what is wrong is told apart by the answer alone. */
const typed = { type: 'string', minLength: 1, maxLength: 4 * passwordRules.most } as const;
const code = { type: 'string', pattern: '^[0-9]{6}$', description: 'What the authenticator app shows.' } as const;
const recoveryCode = { type: 'string', minLength: 16, maxLength: 40 } as const;
const login = { type: 'string', minLength: 1, maxLength: peopleLimits.loginLength } as const;
const name = { type: 'string', minLength: 1, maxLength: peopleLimits.nameLength } as const;
const email = { type: 'string', minLength: 3, maxLength: peopleLimits.emailLength } as const;
const language = { type: 'string', enum: ['en', 'zh'] } as const;
const roleList = { type: 'array', items: { type: 'string', enum: roles }, uniqueItems: true, maxItems: roles.length } as const;
const bearer = { ...flag, description: 'Give the token in the answer, for programs, and set no cookie.' } as const;

const person = {
  type: 'object',
  required: ['id', 'login', 'name', 'roles', 'language', 'state', 'secondFactor', 'recoveryCodesLeft', 'createdAtMs'],
  properties: {
    id: { type: 'integer' },
    login,
    name,
    email,
    roles: roleList,
    language,
    state: { type: 'string', enum: ['invited', 'active', 'disabled'] },
    secondFactor: flag,
    recoveryCodesLeft: { type: 'integer' },
    createdAtMs: atMs,
  },
} as const;
const personExample = {
  id: 3,
  login: 'li.hua',
  name: '李华',
  roles: ['compliance'],
  language: 'zh',
  state: 'active',
  secondFactor: true,
  recoveryCodesLeft: 10,
  createdAtMs: 1790000000000,
};
const session = {
  type: 'object',
  required: ['id', 'createdAtMs', 'lastUsedAtMs'],
  properties: {
    id: { type: 'integer' },
    createdAtMs: atMs,
    lastUsedAtMs: atMs,
    steppedUpUntilMs: { ...atMs, description: 'Until when dangerous acts are open.' },
    address: { type: 'string' },
    agent: { type: 'string', description: 'What the browser calls itself.' },
    desktop: { ...flag, description: 'Of the desktop console, let in from a browser.' },
    current: { ...flag, description: 'The one that asks.' },
  },
} as const;
const sessionExample = { id: 17, createdAtMs: 1790000000000, lastUsedAtMs: 1790000600000 };
const link = {
  type: 'object',
  description: 'The token is shown this once. Whoever opens it first has the account.',
  required: ['token', 'kind', 'expiresAtMs'],
  properties: { token: { type: 'string' }, kind: { type: 'string', enum: Object.keys(linkLifeMs) }, expiresAtMs: atMs },
} as const;
const linkExample = { token: 'hl_exampleexampleexampleexampleexampleexampleexa', kind: 'invite', expiresAtMs: 1790000000000 };

/** What every way in answers with. */
const signedIn = {
  type: 'object',
  required: ['state'],
  properties: {
    state: {
      type: 'string',
      enum: ['signed_in', 'second_factor_wanted', 'enrolment_wanted'],
      description:
        'second_factor_wanted: send a code to /api/session/second-factor. enrolment_wanted: set up a second factor first.',
    },
    person,
    session,
    token: { type: 'string', description: 'Only where `bearer` was asked for.' },
  },
  examples: [{ state: 'signed_in', person: personExample, session: sessionExample }],
} as const;
const fresh = {
  type: 'object',
  properties: { session, token: { type: 'string', description: 'The new token, where the request came with a bearer token.' } },
  examples: [{ session: { ...sessionExample, steppedUpUntilMs: 1790000900000 } }],
} as const;
const nothing = { type: 'object', properties: {}, examples: [{}] } as const;
const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;
const params = { type: 'object', required: ['id'], properties: { id } } as const;

type Object = { [name: string]: object };
/** A body with these fields and no others. */
const body = (required: readonly string[], properties: Object, example: object) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
  examples: [example],
});
const answer = (properties: Object, example: object) => ({ type: 'object', properties, examples: [example] });

const signedOut = { tags: ['session'], security: [] };
const mine = { tags: ['session'], security };
const others = { tags: ['people'], security };

export const sessionSchemas = {
  signIn: {
    ...signedOut,
    summary: 'Sign in with login and password',
    body: body(
      ['login', 'password'],
      { login: typed, password: typed, bearer },
      { login: 'li.hua', password: 'a long sentence of your own' },
    ),
    response: { 200: signedIn, ...errorResponses(400, 401, 403, 429, 503) },
  },
  secondFactor: {
    ...signedOut,
    security: [{ session: [] }],
    summary: 'The second step of signing in: a code of the app, or a recovery code',
    body: body([], { code, recoveryCode, bearer }, { code: '492039' }),
    response: { 200: signedIn, ...errorResponses(400, 401, 403, 429, 503) },
  },
  byLink: {
    ...signedOut,
    summary: 'Choose a password with a one-time link, and sign in',
    description: 'The first administrator also gives `login` and `name`. The link is used up only if the answer is a success.',
    body: body(
      ['link', 'password'],
      { link: { type: 'string', minLength: 1, maxLength: 100 }, password, login, name, email, language, bearer },
      { link: linkExample.token, password: 'a long sentence of your own', login: 'li.hua', name: '李华', language: 'zh' },
    ),
    response: { 200: signedIn, ...errorResponses(400, 403, 409, 410, 422, 429, 503) },
  },
  read: {
    ...mine,
    summary: 'Who is signed in',
    response: {
      200: {
        type: 'object',
        required: ['actor', 'roles'],
        properties: { actor: { type: 'string' }, roles: roleList, state: signedIn.properties.state, person, session },
        examples: [
          { actor: 'person 3', roles: ['compliance'], state: 'signed_in', person: personExample, session: sessionExample },
        ],
      },
      ...errorResponses(401, 403, 503),
    },
  },
  signOut: {
    ...mine,
    summary: 'Sign out, here or everywhere',
    querystring: { type: 'object', additionalProperties: false, properties: { everywhere: { ...flag, default: false } } },
    response: { 200: nothing, ...errorResponses(400, 401, 403, 503) },
  },
  stepUp: {
    ...mine,
    summary: 'Prove again who you are, for what is dangerous',
    description: 'With one of the three. The session has a new token afterwards.',
    body: body([], { password: typed, code, recoveryCode }, { code: '492039' }),
    response: { 200: fresh, ...errorResponses(400, 401, 403, 429, 503) },
  },
} as const;

export const ownSchemas = {
  password: {
    ...mine,
    summary: 'Change your password; your other sessions end',
    body: body(
      ['current', 'password'],
      { current: typed, password },
      { current: 'the old one', password: 'a long sentence of your own' },
    ),
    response: { 200: fresh, ...errorResponses(400, 401, 403, 422, 429, 503) },
  },
  offerTotp: {
    ...mine,
    summary: 'Get a secret for an authenticator app',
    description: 'It counts once a code of it was confirmed.',
    response: {
      200: answer(
        { secret: { type: 'string' }, uri: { type: 'string', description: 'For a QR code.' }, untilMs: atMs },
        {
          secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
          uri: 'otpauth://totp/Holdfast:li.hua?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Holdfast&algorithm=SHA1&digits=6&period=30',
          untilMs: 1790000600000,
        },
      ),
      ...errorResponses(401, 403, 503),
    },
  },
  confirmTotp: {
    ...mine,
    summary: 'Confirm the app by its first code; gives the recovery codes, this once',
    body: body(['code'], { code }, { code: '492039' }),
    response: {
      200: answer(
        { ...fresh.properties, recoveryCodes: { type: 'array', items: { type: 'string' } } },
        { session: sessionExample, recoveryCodes: ['7ZQ4-0K9M-XW2D-5RTB'] },
      ),
      ...errorResponses(400, 401, 403, 429, 503),
    },
  },
  removeTotp: {
    ...mine,
    summary: 'Remove your second factor',
    response: { 200: fresh, ...errorResponses(401, 403, 409, 503) },
  },
  recoveryCodes: {
    ...mine,
    summary: 'Get ten new recovery codes; the old ones stop working',
    response: {
      200: answer({ recoveryCodes: { type: 'array', items: { type: 'string' } } }, { recoveryCodes: ['7ZQ4-0K9M-XW2D-5RTB'] }),
      ...errorResponses(401, 403, 409, 503),
    },
  },
  sessions: {
    ...mine,
    summary: 'Your own sessions',
    response: {
      200: answer({ sessions: { type: 'array', items: session } }, { sessions: [{ ...sessionExample, current: true }] }),
      ...errorResponses(401, 403, 503),
    },
  },
  endSession: {
    ...mine,
    summary: 'End one of your sessions',
    params,
    response: { 200: nothing, ...errorResponses(400, 401, 403, 404, 503) },
  },
} as const;

const invited = { person, link };
export const peopleSchemas = {
  list: {
    ...others,
    summary: 'The people who use this node',
    response: {
      200: answer({ people: { type: 'array', items: person } }, { people: [personExample] }),
      ...errorResponses(401, 403, 503),
    },
  },
  invite: {
    ...others,
    summary: 'Invite somebody by a one-time link',
    body: body(
      ['login', 'name', 'roles'],
      { login, name, email, roles: roleList, language: { ...language, default: 'en' } },
      { login: 'li.hua', name: '李华', roles: ['compliance'], language: 'zh' },
    ),
    response: {
      201: answer(invited, { person: { ...personExample, state: 'invited' }, link: linkExample }),
      ...errorResponses(400, 401, 403, 409, 422, 503),
    },
  },
  firstLink: {
    ...others,
    summary: 'A one-time link for the first administrator',
    response: { 201: { ...link, examples: [{ ...linkExample, kind: 'first' }] }, ...errorResponses(401, 403, 409, 503) },
  },
  setRoles: {
    ...others,
    summary: "Change somebody's roles; their sessions end",
    params,
    body: body(['roles'], { roles: roleList }, { roles: ['auditor'] }),
    response: { 200: { ...person, examples: [personExample] }, ...errorResponses(400, 401, 403, 404, 409, 503) },
  },
  disable: {
    ...others,
    params,
    response: { 200: { ...person, examples: [personExample] }, ...errorResponses(400, 401, 403, 404, 409, 503) },
  },
  reset: {
    ...others,
    summary: 'A one-time link for somebody who forgot their password',
    params,
    body: {
      ...body(
        [],
        { lostPhone: { ...flag, description: 'Also takes the second factor away and ends all sessions.' } },
        { lostPhone: true },
      ),
      type: ['object', 'null'],
    },
    response: {
      201: { ...link, examples: [{ ...linkExample, kind: 'reset' }] },
      ...errorResponses(400, 401, 403, 404, 409, 503),
    },
  },
} as const;
