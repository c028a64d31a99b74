// What changed, as plain values for the audit log of the node behind. Ids, numbers and fingerprints alone: no key, no code of an invitation.

import type { Part, Problem } from './kept.ts';

export type BelongingEvent = { readonly federation: string } & (
  | { readonly kind: 'founded'; readonly fingerprint: string }
  | {
      readonly kind: 'invited';
      readonly invitation: string;
      readonly role: 'participant' | 'coordinator';
      readonly expiresAtMs: number;
    }
  | { readonly kind: 'withdrawn'; readonly invitation: string }
  /** This node asked to join. */
  | { readonly kind: 'asked'; readonly fingerprint: string }
  /** Somebody asks to join this node's federation. */
  | { readonly kind: 'requested'; readonly invitation: string; readonly fingerprint: string }
  | { readonly kind: 'admitted'; readonly member: string; readonly fingerprint: string }
  /** By this node, or this node. */
  | { readonly kind: 'refused'; readonly invitation: string }
  | { readonly kind: 'removed'; readonly member: string; readonly how: 'left' | 'removed' | 'revoked'; readonly reason: string }
  | { readonly kind: 'renewed' | 'renamed'; readonly member: string; readonly fingerprint: string }
  | { readonly kind: 'leafRenewed'; readonly endsAtMs: number }
  | { readonly kind: 'leafIssued'; readonly member: string }
  | { readonly kind: 'revocationsIssued'; readonly revoked: number; readonly endsAtMs: number }
  /** What the coordinator showed was taken over. @param size of the log now */
  | { readonly kind: 'logAdopted'; readonly size: number }
  /** The founder gave the coordinator statements that it lacked. */
  | { readonly kind: 'logPublished'; readonly size: number }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'problem'; readonly part: Part; readonly code: Problem['code']; readonly where?: string | undefined }
);

/** Where what is done writes its events: the caller gets them with the answer. */
export type Events = BelongingEvent[];
