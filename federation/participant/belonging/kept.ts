// What belonging to federations keeps in the Book, and under which names. Whoever stands behind the Book seals the values; the keys of the
// rows are ids, numbers and hashes.

import type { JoinRequest, KeptInvitation } from '../../protocol/invitation.ts';
import type { SignedStatement } from '../../protocol/statements.ts';
import type { ProtocolCode } from '../../protocol/words.ts';

export const collections = {
  federation: 'belonging',
  /** One row a statement. */
  log: 'belonging-log',
  invitation: 'belonging-invitation',
  /** Leaves that this node issued as the founder. */
  leaf: 'belonging-leaf',
  /** Statements that were shown in the place of another. */
  evidence: 'belonging-evidence',
} as const;

export const dayMs = 86_400_000;

export const belongingLimits = {
  federations: 16,
  /** Of one federation, neither used nor closed nor run out. */
  openInvitations: 100,
  /** Closed or used ones are forgotten so long after they would have run out. */
  invitationKeptMs: 90 * dayMs,
  invitationLifeMs: { least: 60_000, most: 90 * dayMs },
  /** That one member may hold at a time; each lives for 30 days, and a member asks for one in 20. */
  leavesOfMember: 40,
  problems: 20,
  evidence: 10,
  /** How often something is said again that others overtook. */
  tries: 5,
  /** What the coordinator shows at once and is looked at. */
  requests: 1000,
} as const;

/** Of the founder's list of revoked certificates. */
export const listLifeMs = 30 * dayMs;
export const listRenewedAfterMs = dayMs;
/** A request for a leaf is sent again so long after the last time. */
export const askAgainMs = 3_600_000;

/** What of the chores a problem came up in. `contact`: the coordinator was not reached. */
export type Part = 'contact' | 'joining' | 'log' | 'leaf' | 'revocations' | 'invitations' | 'requests' | 'leaves' | 'keeping';

export type Problem = {
  readonly part: Part;
  readonly code: ProtocolCode | 'unreachable';
  readonly where?: string | undefined;
  readonly sinceMs: number;
  readonly lastMs: number;
  /** It stays until an officer has dismissed it, whatever comes after. */
  readonly lasting: boolean;
};

/** Private keys, base64url of 32 bytes each. */
export type KeptKeys = { readonly signing: string; readonly wrap: string };

/** Said, and not yet seen in the log: it is said again until it stands there or cannot any more. */
export type Pending = {
  readonly statement: SignedStatement;
  /** That the member goes by once the statement stands. */
  readonly keys?: KeptKeys | undefined;
};

export type KeptFederation = {
  readonly v: 1;
  readonly federation: string;
  readonly member: string;
  /** `asking`: the request may not have arrived. `joined`: a certificate came, or the federation is our own. */
  readonly phase: 'asking' | 'waiting' | 'refused' | 'joined';
  readonly address: string;
  readonly keys: KeptKeys;
  /** PKCS #8 as PEM. */
  readonly certificateKey: string;
  readonly leaf?: string | undefined;
  readonly nextLeaf?: { readonly privateKey: string; readonly request: string; readonly askedAtMs?: number } | undefined;
  readonly revocations?: string | undefined;
  readonly join?: { readonly request: JoinRequest } | undefined;
  readonly founded?:
    | {
        readonly coordinator: 'own' | 'separate';
        /** PKCS #8 as PEM. */
        readonly authorityKey: string;
        readonly listIssuedAtMs: number;
        /** The coordinator has the newest list. */
        readonly listTold: boolean;
      }
    | undefined;
  readonly pending?: Pending | undefined;
  readonly problems: readonly Problem[];
  readonly contactAtMs?: number | undefined;
};

export type KeptInvitationRow = {
  readonly kept: KeptInvitation;
  readonly role: 'participant' | 'coordinator';
  readonly createdAtMs: number;
  readonly request?: JoinRequest | undefined;
  /** When the request was first seen: it counts as made by then. */
  readonly takenAtMs?: number | undefined;
  readonly closed?: 'withdrawn' | 'refused' | undefined;
  /** Once it was admitted. */
  readonly leafIssued?: true | undefined;
  /** What the coordinator has to be told yet. */
  readonly untold?: 'invitation' | 'withdrawal' | 'refusal' | undefined;
};

export type KeptLeafRow = {
  readonly member: string;
  readonly serial: string;
  readonly notAfterMs: number;
  readonly leaf: string;
  readonly told: boolean;
};

export const rowKey = (federation: string, rest: string) => `${federation}/${rest}`;
export const logKey = (federation: string, seq: number) => rowKey(federation, `${seq}`.padStart(5, '0'));
