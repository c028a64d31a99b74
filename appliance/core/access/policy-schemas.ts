// Schemas and examples of the routes of policies, approvals and breaking the glass.

import { errorResponses } from '../http/openapi.ts';
import { roles } from '../model/principal.ts';
import { approvalLimits, approvalStates } from './approvals.ts';
import { glassLimits, verdicts } from './break-glass.ts';
import { dataClasses } from './classes.ts';
import { views } from './decide.ts';
import { needs, policyLimits } from './policies.ts';

const security = [{ accessToken: [] }];
const open = { type: 'object', additionalProperties: true } as const;
const number = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const numberParam = (name: string) => ({ type: 'object', required: [name], properties: { [name]: number } });
const said = (description: string, maxLength: number) => ({ type: 'string', minLength: 1, maxLength, description });

const fileExample = {
  name: 'auditor.cedar',
  text: '@id("auditor-sees-masked")\n@en("Masked for auditors.")\n@zh("对审计员脱敏。")\npermit (principal in Role::"auditor", action == Action::"see.masked", resource);\n',
};
const files = {
  type: 'array',
  minItems: 1,
  maxItems: policyLimits.files,
  description: 'The whole set: a file that is left out is gone.',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'text'],
    properties: {
      name: { type: 'string', maxLength: 80 },
      text: { type: 'string', maxLength: policyLimits.fileBytes },
    },
  },
};
const hash = '9f2c54e1b0a6d7c8e3f41526374859607182930415263748596071829304152a';
const policyExample = {
  id: 'auditor-sees-masked',
  effect: 'permit',
  about: { en: 'Masked for auditors.', zh: '对审计员脱敏。' },
  file: 'auditor.cedar',
  line: 1,
};
const approvalExample = {
  id: 3,
  kind: 'policy.change',
  name: { en: 'change the policies', zh: '更改策略' },
  description: { en: 'policies from version 0: changed agent.cedar; new -; gone -', zh: '自版本 0 更改策略：修改 agent.cedar' },
  state: 'waiting',
  proposedBy: 'person 2',
  reason: 'night shift reads consents',
  proposedAtMs: 1790000000000,
  expiresAtMs: 1790604800000,
};
const glassExample = {
  id: 2,
  actor: 'person 4',
  roles: ['supervisor'],
  reason: 'ambulance asks for an address',
  begunAtMs: 1790000000000,
  untilMs: 1790001800000,
};
const text = { type: 'string' } as const;
const atMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;
const words = { type: 'object', required: ['en', 'zh'], properties: { en: text, zh: text } } as const;
const approvalShape = {
  type: 'object',
  required: ['id', 'kind', 'name', 'description', 'state', 'proposedBy', 'reason', 'proposedAtMs', 'expiresAtMs'],
  properties: {
    id: number,
    kind: text,
    name: words,
    description: words,
    state: { type: 'string', enum: approvalStates },
    proposedBy: text,
    reason: text,
    proposedAtMs: atMs,
    expiresAtMs: atMs,
    decidedBy: text,
    decidedAtMs: atMs,
    remark: text,
    endedAtMs: atMs,
    result: { description: 'What came of it.' },
    failure: { ...text, description: 'The code of the fault that it ended in.' },
  },
} as const;
const approval = { ...approvalShape, description: 'The approval as it is now.', examples: [approvalExample] };
const approvalInFull = {
  ...approvalShape,
  required: [...approvalShape.required, 'payload'],
  properties: { ...approvalShape.properties, payload: { description: 'What was proposed, as the act reads it.' } },
  description: 'The approval as it is now.',
  examples: [{ ...approvalExample, payload: { from: 0, files: [fileExample] } }],
};
const glassShape = {
  type: 'object',
  required: ['id', 'actor', 'roles', 'reason', 'begunAtMs', 'untilMs'],
  properties: {
    id: number,
    actor: text,
    roles: { type: 'array', items: text },
    reason: text,
    begunAtMs: atMs,
    untilMs: atMs,
    review: {
      type: 'object',
      required: ['by', 'verdict', 'atMs'],
      properties: { by: text, verdict: { type: 'string', enum: verdicts }, remark: text, atMs },
    },
  },
} as const;
const glass = { ...glassShape, description: 'The alarm as it is now.', examples: [glassExample] };
const policyInfo = {
  type: 'object',
  required: ['id', 'effect', 'about', 'file', 'line'],
  properties: {
    id: text,
    effect: { type: 'string', enum: ['permit', 'forbid'] },
    about: { ...words, description: 'In words, as the policy itself says it.' },
    needs: { type: 'string', enum: needs, description: 'What lifts a refusal.' },
    file: text,
    line: number,
  },
} as const;
const fileList = {
  type: 'array',
  items: { type: 'object', required: ['name', 'text'], properties: { name: text, text } },
} as const;
const version = {
  type: 'object',
  required: ['version', 'hash'],
  properties: { version: number, hash: text, savedAtMs: atMs, approvalId: number },
} as const;
const cell = {
  type: 'object',
  required: ['may'],
  properties: {
    may: { type: 'string', enum: ['yes', 'purpose', 'two', 'glass', 'no'] },
    purposes: { type: 'array', items: text },
    again: { type: 'boolean', description: 'Prove who you are first.' },
  },
} as const;
const view = { type: 'string', enum: views } as const;
const sightCell = {
  type: 'object',
  required: ['view'],
  properties: { view, purposes: { type: 'object', additionalProperties: view }, glass: view },
} as const;
const table = {
  type: 'object',
  required: ['version', 'actions', 'classes'],
  properties: {
    version: number,
    actions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['action', 'known', 'cells'],
        properties: { action: text, known: { type: 'boolean' }, cells: { type: 'object', additionalProperties: cell } },
      },
    },
    classes: {
      type: 'array',
      items: {
        type: 'object',
        required: ['dataClass', 'cells'],
        properties: { dataClass: text, cells: { type: 'object', additionalProperties: sightCell } },
      },
    },
  },
} as const;
const checkAnswer = {
  type: 'object',
  required: ['ok', 'flaws'],
  properties: {
    ok: { type: 'boolean' },
    flaws: {
      type: 'array',
      items: {
        type: 'object',
        required: ['file', 'line', 'reason', 'place'],
        properties: { file: text, line: number, reason: text, place: text },
      },
    },
    hash: text,
    policies: number,
  },
} as const;
const yesNo = (description: string) => ({ type: 'boolean', default: false, description }) as const;
const decided = (summary: string, description: string) => ({
  tags: ['approvals'],
  security,
  summary,
  description,
  params: numberParam('approvalId'),
  body: {
    type: 'object',
    additionalProperties: false,
    properties: { remark: said('Kept with the approval.', approvalLimits.reasonLength) },
    examples: [{ remark: 'as discussed' }],
  },
  response: { 200: approval, ...errorResponses(400, 401, 403, 404, 409, 503) },
});
const policies = { tags: ['policies'], security };

export const schemas = {
  policies: {
    ...policies,
    summary: 'The policies in force',
    description: 'Version 0 are those that a node comes with. Texts are Cedar; each policy says in words what it means.',
    response: {
      200: {
        type: 'object',
        required: ['version', 'hash', 'fourEyes', 'policies', 'files'],
        properties: {
          ...version.properties,
          fourEyes: { type: 'string', enum: ['people', 'always'] },
          policies: { type: 'array', items: policyInfo },
          files: fileList,
        },
        examples: [{ version: 0, hash, fourEyes: 'people', policies: [policyExample], files: [fileExample] }],
      },
      ...errorResponses(401, 403, 503),
    },
  },
  versions: {
    ...policies,
    summary: 'All versions, newest first',
    response: {
      200: {
        type: 'object',
        required: ['versions'],
        properties: { versions: { type: 'array', items: version } },
        examples: [
          {
            versions: [
              { version: 1, hash, savedAtMs: 1790000000000, approvalId: 3 },
              { version: 0, hash },
            ],
          },
        ],
      },
      ...errorResponses(401, 403, 503),
    },
  },
  version: {
    ...policies,
    summary: 'The texts of one version',
    params: numberParam('version'),
    response: {
      200: {
        type: 'object',
        required: ['version', 'files'],
        properties: { version: number, files: fileList },
        examples: [{ version: 0, files: [fileExample] }],
      },
      ...errorResponses(400, 401, 403, 404, 503),
    },
  },
  table: {
    ...policies,
    summary: 'Who may what, role by role',
    description:
      'Worked out from the policies in force, for every action that this document declares by x-access, and for every class of data.',
    response: {
      200: {
        ...table,
        examples: [
          {
            version: 0,
            actions: [
              { action: 'profile.read', known: true, cells: { agent: { may: 'purpose', purposes: ['customer_service'] } } },
            ],
            classes: [{ dataClass: 'phone', cells: { auditor: { view: 'masked' } } }],
          },
        ],
      },
      ...errorResponses(401, 403, 503),
    },
  },
  askCase: {
    ...policies,
    summary: 'Whether a role may do something, and which policies say so',
    description:
      'A made-up question to the policies in force: nobody acts, nothing is read. With `dataClass`, how values of that class are shown as well.',
    querystring: {
      type: 'object',
      additionalProperties: false,
      required: ['action'],
      properties: {
        role: { type: 'string', enum: [...roles, 'operator'], description: 'Nobody in particular when absent.' },
        action: { type: 'string', minLength: 1, maxLength: 80, examples: ['profile.read'] },
        purpose: { type: 'string', maxLength: 64 },
        consent: { type: 'string', enum: ['allowed', 'denied', 'unasked'], default: 'unasked' },
        steppedUp: yesNo('They have just proved who they are.'),
        approved: yesNo('Somebody else approved this very act.'),
        breakGlass: yesNo('They broke the glass.'),
        dataClass: { type: 'string', enum: dataClasses },
      },
    },
    response: {
      200: {
        type: 'object',
        required: ['allowed', 'known', 'policies'],
        properties: {
          allowed: { type: 'boolean' },
          known: {
            type: 'boolean',
            description: 'Whether any policy can speak of the action; otherwise it is the operator’s alone.',
          },
          needs: { type: 'string', enum: needs, description: 'What would turn the refusal into a yes.' },
          view: { ...view, description: 'How values of the class are shown.' },
          policies: { type: 'array', items: policyInfo, description: 'Those that decided; none where none says anything.' },
        },
        examples: [{ allowed: true, known: true, policies: [policyExample] }],
      },
      ...errorResponses(400, 401, 403, 503),
    },
  },
  ownActions: {
    tags: ['session'],
    security,
    summary: 'What you may do',
    description:
      'Every action (x-access of this document, and the kinds of acts that are proposed) that policies let you do. `purpose`: for the purposes named, given as x-purpose; `two`: once a second person approves; `glass`: while the glass is broken. `again`: prove who you are first. `purposes`: what each declared purpose is called and by which ways customers are reached for it, for whoever has to choose or read one; how many customers it may be used for is not said here.',
    response: {
      200: {
        type: 'object',
        required: ['actions', 'purposes'],
        properties: {
          purposes: {
            type: 'array',
            items: {
              type: 'object',
              required: ['purpose', 'name', 'channels'],
              properties: {
                purpose: { type: 'string' },
                name: {
                  type: 'object',
                  required: ['en', 'zh'],
                  properties: { en: { type: 'string' }, zh: { type: 'string' } },
                },
                channels: { type: 'array', items: { type: 'string' } },
              },
            },
          },
          actions: {
            type: 'object',
            additionalProperties: {
              type: 'object',
              required: ['may'],
              properties: {
                may: { type: 'string', enum: ['yes', 'purpose', 'two', 'glass'] },
                purposes: { type: 'array', items: { type: 'string' } },
                again: { type: 'boolean' },
              },
            },
          },
        },
        examples: [
          {
            actions: { 'profile.read': { may: 'purpose', purposes: ['customer_service'] }, 'alarms.list': { may: 'yes' } },
            purposes: [{ purpose: 'customer_service', name: { en: 'serving customers', zh: '客户服务' }, channels: [] }],
          },
        ],
      },
      ...errorResponses(401, 403, 503),
    },
  },
  check: {
    ...policies,
    summary: 'Whether a set of policies could be put in force',
    body: {
      type: 'object',
      required: ['files'],
      additionalProperties: false,
      properties: { files },
      examples: [{ files: [fileExample] }],
    },
    response: {
      200: {
        ...checkAnswer,
        examples: [
          {
            ok: false,
            flaws: [{ file: 'agent.cedar', line: 4, reason: 'unrecognized action', place: 'agent.cedar:4: unrecognized action' }],
          },
        ],
      },
      ...errorResponses(400, 401, 403, 409, 503),
    },
  },
  approvals: {
    tags: ['approvals'],
    security,
    summary: 'Acts that were proposed, newest first',
    querystring: {
      type: 'object',
      properties: {
        state: { type: 'string', enum: approvalStates },
        before: { ...number, description: 'Go on before this one.' },
        limit: { type: 'integer', minimum: 1, maximum: approvalLimits.page },
      },
    },
    response: {
      200: {
        type: 'object',
        required: ['approvals'],
        properties: { approvals: { type: 'array', items: approvalShape } },
        examples: [{ approvals: [approvalExample] }],
      },
      ...errorResponses(400, 401, 403, 503),
    },
  },
  approval: {
    tags: ['approvals'],
    security,
    summary: 'One act that was proposed, with all that would be done',
    params: numberParam('approvalId'),
    response: { 200: approvalInFull, ...errorResponses(400, 401, 403, 404, 503) },
  },
  propose: {
    tags: ['approvals'],
    security,
    summary: 'Propose an act that two people do together',
    description: 'Where policies ask for no second person it runs at once, and the answer says what came of it.',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['kind', 'reason'],
      properties: {
        kind: said('Such as policy.change or keys.rotate.', 64),
        payload: open,
        reason: said('Shown to whoever decides.', approvalLimits.reasonLength),
      },
      examples: [{ kind: 'keys.rotate', payload: { kind: 'wrapping' }, reason: 'yearly rotation' }],
    },
    response: { 201: approval, ...errorResponses(400, 401, 403, 404, 409, 413, 422, 503) },
  },
  approve: decided('Approve an act, which then runs once', 'Never by who proposed it.'),
  reject: decided('Reject an act, or take back what one proposed', 'It does not run.'),
  breakGlass: {
    tags: ['break-glass'],
    security,
    summary: 'See customers in the clear for a while',
    description: 'Raises an alarm that somebody else must review.',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['reason', 'minutes'],
      properties: {
        reason: said('Shown to whoever reviews it.', glassLimits.reasonLength),
        minutes: { type: 'integer', minimum: 1, maximum: glassLimits.minutes },
      },
      examples: [{ reason: 'ambulance asks for an address', minutes: 30 }],
    },
    response: { 201: glass, ...errorResponses(400, 401, 403, 422, 503) },
  },
  glasses: {
    tags: ['break-glass'],
    security,
    summary: 'Who broke the glass, when and why, newest first',
    querystring: {
      type: 'object',
      properties: {
        open: { type: 'boolean', description: 'Only those that nobody has reviewed.' },
        before: { ...number, description: 'Go on before this one.' },
        limit: { type: 'integer', minimum: 1, maximum: glassLimits.page },
      },
    },
    response: {
      200: {
        type: 'object',
        required: ['alarms'],
        properties: { alarms: { type: 'array', items: glassShape } },
        examples: [{ alarms: [glassExample] }],
      },
      ...errorResponses(400, 401, 403, 503),
    },
  },
  review: {
    tags: ['break-glass'],
    security,
    summary: 'Close an alarm with a verdict',
    description: 'Never by whom it is about. Where the time is not over, it ends.',
    params: numberParam('glassId'),
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['verdict'],
      properties: {
        verdict: { type: 'string', enum: verdicts },
        remark: said('Kept with the alarm.', glassLimits.reasonLength),
      },
      examples: [{ verdict: 'justified', remark: 'the hospital confirms' }],
    },
    response: { 200: glass, ...errorResponses(400, 401, 403, 404, 409, 503) },
  },
} as const;
