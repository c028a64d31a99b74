// Consent facts as every slice knows them: what a customer said about a purpose, what one record says in all, and whom the record
// tells when that changes. The record folds facts; the consent slice judges them.

/** `expired`: the source says that a consent ran out. One that names its end by itself needs no such event. */
export type ConsentStatus = 'given' | 'denied' | 'withdrawn' | 'expired';

export type ConsentFact = {
  /** When it was said. */
  atMs: number;
  /** Source number and message id: which message said so. */
  by: string;
  purpose: string;
  /** `*` stands for every channel. */
  channel: string;
  status: ConsentStatus;
  policyVersion?: string;
  legalBasis?: string;
  /** Of the text that was shown. */
  language?: string;
  /** Where the proof lies: a form number, a recording. */
  evidence?: string;
  /** A consent does not hold from this moment on. */
  expiresAtMs?: number;
  /** Asked for and given apart from any other (PIPL), explicitly (GDPR). */
  separate?: true;
  /** Given by the guardian of a child. */
  guardian?: true;
};

/** All that one record, or several together, say about consent. */
export type ConsentState = {
  /** The word that counts, per purpose and channel. */
  words: { [purposeAndChannel: string]: ConsentFact };
  /** What was said when, the latest first. */
  history: ConsentFact[];
  /** More pairs of purpose and channel were named than are kept: a no may be among those that are not. */
  overflow?: true;
};

export const anyChannel = '*';

/** The key of a word. */
export function wordKey(purpose: string, channel: string): string {
  return JSON.stringify([purpose, channel]);
}

export function refuses({ status }: ConsentFact): boolean {
  return status === 'denied' || status === 'withdrawn';
}

/** The source that a fact comes from. */
export function sourceOfFact({ by }: ConsentFact): number {
  return Number.parseInt(by, 10);
}

/** One record as the consent gate sees it. */
export type ConsentRecord = {
  recordId: number;
  personId: number;
  consents: ConsentState;
  /** `yyyy-mm-dd`, the record's latest word on it. */
  birthday?: string;
};

/** Is told what the record's fold changes. */
export type ConsentWatcher = {
  /** These records changed, in what they say or in whose they are. @returns to be called once that is on disk; never if it failed */
  changed(records: readonly ConsentRecord[]): () => void;
  /** These records are no more. */
  gone?(recordIds: readonly number[]): void;
  /** What was told may differ from what is stored: read everything again. */
  lost(): void;
};
