// Schemas and examples of the audit log's routes, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../http/openapi.ts';
import { readLimits } from './reader.ts';
import { witnessLimits } from './witness.ts';

const common = { tags: ['audit'], security: [{ accessToken: [] }] };
const number = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const atMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;
const hexText = { type: 'string', description: 'Hexadecimal.' } as const;
const name = { type: 'string', minLength: 1, maxLength: 200 } as const;
const time = { type: 'string', maxLength: 40, description: 'ISO 8601 or milliseconds since 1970.' } as const;
const person = { type: 'string', maxLength: 20, description: 'A profile id; entries about any of its records count.' } as const;

const seqs = {
  type: 'array',
  minItems: 1,
  maxItems: readLimits.pageRows,
  items: number,
  description: 'Only entries of these numbers; given once for each.',
} as const;

const entry = {
  type: 'object',
  required: ['seq', 'atMs', 'actor', 'action', 'outcome'],
  properties: {
    seq: { ...number, description: 'Its number, from 0 and without gaps: the index of its leaf.' },
    atMs,
    actor: { type: 'string' },
    action: { type: 'string' },
    outcome: { type: 'string', description: 'allowed: a read. attempted, then done or failed:CODE: a change.' },
    person: { type: 'string', description: 'The number that was asked for.' },
    fields: { type: 'array', items: { type: 'string' } },
    target: { type: 'string' },
    purpose: { type: 'string' },
    correlationId: { type: 'string' },
    policy: { type: 'string' },
    times: { ...number, description: 'How many refused tries this one entry stands for.' },
    sinceMs: { ...atMs, description: 'When the first of them was. Milliseconds since 1970.' },
    erased: { type: 'boolean', description: 'The subject was erased; which parts were read is gone with its key.' },
    unreadable: { type: 'boolean', description: 'It does not open: verify the log.' },
  },
};
const entryExample = {
  seq: 17,
  atMs: 1790000000000,
  person: 'p42',
  actor: 'operator',
  action: 'profile.read',
  outcome: 'allowed',
  fields: ['profile'],
  correlationId: '5f0c2a9be1d3478a',
};
const page = {
  entries: { type: 'array', items: entry },
  next: {
    ...number,
    description: 'Pass it as `before`; absent on the last page. A short page may have one: so much was looked through.',
  },
};
const paging = {
  actor: name,
  outcome: { ...name, description: '`failed` and `refused` stand for every failure and refusal.', examples: ['failed'] },
  action: { ...name, examples: ['profile.read'] },
  since: time,
  until: { ...time, description: 'Before this time. ISO 8601 or milliseconds since 1970.' },
  before: { ...number, description: '`next` of the page before.' },
  limit: { type: 'integer', minimum: 1, maximum: readLimits.pageRows, default: readLimits.defaultRows },
};
const { actor: _actor, ...byActor } = paging;
const head = {
  size: { ...number, description: 'Entries that it covers.' },
  atMs,
  root: hexText,
  signature: {
    ...hexText,
    description: 'Ed25519 over "holdfast audit head v1\\n", size and atMs (8 bytes each, big endian), root.',
  },
  publicKey: hexText,
};
const hash = '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328';
const headExample = { size: 18, atMs: 1790000000000, root: hash, signature: `${hash}${hash}`, publicKey: hash };
const proof = { type: 'array', items: hexText };

const sinkState = {
  type: 'object',
  required: ['state'],
  properties: { state: { type: 'string', enum: ['off', 'ok', 'failing'] }, atMs, size: number, code: { type: 'string' } },
} as const;
const hexOf = (bytes: number) => ({ type: 'string', pattern: `^[0-9a-f]{${2 * bytes}}$`, description: 'Hexadecimal.' }) as const;
const cosignature = { size: number, publicKey: hexOf(32), timeS: number, signature: hexOf(64) };
const cosigned = {
  type: 'object',
  required: ['size', 'publicKey', 'timeS', 'signature'],
  properties: {
    ...cosignature,
    note: { type: 'string', description: 'The same as a line of a C2SP signed note.' },
    peer: { type: 'string', description: 'The name in auditPeers.' },
  },
} as const;
const cosignatureExample = { size: 18, publicKey: hash, timeS: 1790000000, signature: `${hash}${hash}` };
const cosignedExample = { ...cosignatureExample, note: `— holdfast/audit/${hash} bm90ZQ==`, peer: 'branch' };

export const schemas = {
  list: {
    ...common,
    summary: 'Who did what, newest first',
    querystring: { type: 'object', additionalProperties: false, properties: { person, seq: seqs, ...paging } },
    response: {
      200: { type: 'object', required: ['entries'], properties: page, examples: [{ entries: [entryExample], next: 17 }] },
      ...errorResponses(400, 401, 404, 503),
    },
  },
  whoRead: {
    ...common,
    summary: 'Who read or changed one customer',
    description:
      '`actors` sums up everything that fits the filter, `entries` is its newest page. `whole` is false beyond 20,000 entries.',
    params: { type: 'object', required: ['person'], properties: { person: { ...person, examples: ['p42'] } } },
    querystring: { type: 'object', additionalProperties: false, properties: paging },
    response: {
      200: {
        type: 'object',
        required: ['person', 'records', 'actors', 'whole', 'entries'],
        properties: {
          person: { type: 'string' },
          records: { type: 'array', items: number },
          actors: {
            type: 'array',
            items: {
              type: 'object',
              required: ['actor', 'entries', 'firstAtMs', 'lastAtMs'],
              properties: { actor: { type: 'string' }, entries: number, firstAtMs: atMs, lastAtMs: atMs },
            },
          },
          whole: { type: 'boolean' },
          ...page,
        },
        examples: [
          {
            person: 'p42',
            records: [42],
            actors: [{ actor: 'operator', entries: 1, firstAtMs: 1790000000000, lastAtMs: 1790000000000 }],
            whole: true,
            entries: [entryExample],
          },
        ],
      },
      ...errorResponses(400, 401, 404, 503),
    },
  },
  readBy: {
    ...common,
    summary: 'Whom one actor read or changed',
    description:
      '`customers` sums up everything that fits the filter, most looks first and at most 1,000; `entries` is its newest page. `whole` is false where the log was not looked through to its end.',
    params: { type: 'object', required: ['actor'], properties: { actor: { ...name, examples: ['person 3'] } } },
    querystring: { type: 'object', additionalProperties: false, properties: byActor },
    response: {
      200: {
        type: 'object',
        required: ['actor', 'customers', 'whole', 'entries'],
        properties: {
          actor: { type: 'string' },
          customers: {
            type: 'array',
            items: {
              type: 'object',
              required: ['person', 'entries', 'firstAtMs', 'lastAtMs'],
              properties: { person: { type: 'string' }, entries: number, firstAtMs: atMs, lastAtMs: atMs },
            },
          },
          whole: { type: 'boolean' },
          ...page,
        },
        examples: [
          {
            actor: 'operator',
            customers: [{ person: 'p42', entries: 1, firstAtMs: 1790000000000, lastAtMs: 1790000000000 }],
            whole: true,
            entries: [entryExample],
          },
        ],
      },
      ...errorResponses(400, 401, 403, 503),
    },
  },
  head: {
    ...common,
    summary: 'The newest signed head, and how the second sink is',
    response: {
      200: {
        type: 'object',
        required: ['size', 'atMs', 'root', 'signature', 'publicKey', 'sink'],
        properties: {
          ...head,
          sink: sinkState,
          syslog: sinkState,
        },
        examples: [{ ...headExample, sink: { state: 'ok', atMs: 1790000000000, size: 18 }, syslog: { state: 'off' } }],
      },
      ...errorResponses(401, 404, 500, 503),
    },
  },
  proof: {
    ...common,
    summary: 'That an entry is in the log (RFC 9162, 2.1.3)',
    querystring: {
      type: 'object',
      additionalProperties: false,
      required: ['entry'],
      properties: { entry: number, size: { ...number, description: 'Of the log as it was then; of now without it.' } },
    },
    response: {
      200: {
        type: 'object',
        required: ['entry', 'size', 'leaf', 'leafHash', 'root', 'proof'],
        properties: {
          entry: number,
          size: number,
          leaf: {
            ...hexText,
            description:
              'What leafHash is the hash of, behind 0x00: version 1, number and time (8 bytes each, big endian), the record, then what is sealed.',
          },
          leafHash: hexText,
          root: hexText,
          proof,
          head: { type: 'object', properties: head, description: 'Where the size is that of the newest head.' },
        },
        examples: [
          { entry: 17, size: 18, leaf: '0100000000000000', leafHash: hash, root: hash, proof: [hash], head: headExample },
        ],
      },
      ...errorResponses(400, 401, 404, 500, 503),
    },
  },
  consistency: {
    ...common,
    summary: 'That the log only grew between two sizes (RFC 9162, 2.1.4)',
    querystring: {
      type: 'object',
      additionalProperties: false,
      required: ['from'],
      properties: { from: number, to: { ...number, description: 'Of now without it.' } },
    },
    response: {
      200: {
        type: 'object',
        required: ['from', 'to', 'fromRoot', 'toRoot', 'proof'],
        properties: { from: number, to: number, fromRoot: hexText, toRoot: hexText, proof },
        examples: [{ from: 17, to: 18, fromRoot: hash, toRoot: hash, proof: [hash] }],
      },
      ...errorResponses(400, 401, 404, 500, 503),
    },
  },
  export: {
    ...common,
    summary: 'The whole log, to be verified offline',
    description:
      'One JSON value a line: the public key, then entries (clear columns, sealed bodies, leaf hash) with each kept head behind the last ' +
      'entry that it covers. It holds no key and nothing of a customer in the clear.',
    response: {
      200: {
        description: 'The log.',
        content: {
          'application/x-ndjson': {
            schema: { type: 'string', examples: [`{"type":"log","version":1,"publicKey":"${hash}","size":18}\n`] },
          },
        },
      },
      ...errorResponses(401, 503),
    },
  },
  cosign: {
    ...common,
    summary: "Sign a peer's head, if it continues what was signed before",
    description:
      'As C2SP tlog-witness: the log must be of a peer in `auditPeers`, `from` the size that this node signed last (0 the first time), and `proof` the ' +
      'consistency proof from there (`GET /api/audit/consistency` of the peer). 409 names the size to prove from. The signature is a C2SP tlog-cosignature ' +
      '(cosignature/v1) over the checkpoint `holdfast/audit/KEY`, size, root.',
    body: {
      type: 'object',
      required: ['size', 'atMs', 'root', 'signature', 'publicKey'],
      properties: {
        size: number,
        atMs,
        root: hexOf(32),
        signature: hexOf(64),
        publicKey: hexOf(32),
        from: number,
        proof: { type: 'array', maxItems: witnessLimits.proofHashes, items: hexOf(32) },
      },
      examples: [{ ...headExample, from: 17, proof: [hash] }],
    },
    response: { 200: { ...cosigned, examples: [cosignedExample] }, ...errorResponses(400, 401, 404, 409, 503) },
  },
  acceptCosignature: {
    ...common,
    summary: "Keep a peer's signature over a head of this log",
    body: {
      type: 'object',
      required: ['size', 'publicKey', 'timeS', 'signature'],
      properties: cosignature,
      examples: [cosignatureExample],
    },
    response: { 200: { ...cosigned, examples: [cosignedExample] }, ...errorResponses(400, 401, 404, 503) },
  },
  cosignatures: {
    ...common,
    summary: "Peers' signatures over heads of this log, the newest first",
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: { limit: { type: 'integer', minimum: 1, maximum: witnessLimits.perPage, default: 50 } },
    },
    response: {
      200: {
        type: 'object',
        required: ['cosignatures'],
        properties: { cosignatures: { type: 'array', items: cosigned } },
        examples: [{ cosignatures: [cosignedExample] }],
      },
      ...errorResponses(400, 401, 503),
    },
  },
  witnessed: {
    ...common,
    summary: "Peers' heads that this node signed last",
    description: 'What a peer can hold its own log against: `holdfast audit verify --head` takes it.',
    response: {
      200: {
        type: 'object',
        required: ['heads'],
        properties: {
          heads: {
            type: 'array',
            items: {
              type: 'object',
              required: ['size', 'atMs', 'root', 'signature', 'publicKey'],
              properties: { ...head, peer: { type: 'string' } },
            },
          },
        },
        examples: [{ heads: [{ ...headExample, peer: 'branch' }] }],
      },
      ...errorResponses(401, 503),
    },
  },
};
