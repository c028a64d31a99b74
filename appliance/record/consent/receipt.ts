// A consent receipt in the form of ISO/IEC TS 27560:2023, with the terms of the W3C Data Privacy Vocabulary: what a customer can keep,
// and show to somebody else, of what they agreed to.

import type { ConsentStatus } from '../../core/model/consent.ts';
import type { PurposeTable } from '../../core/model/purposes.ts';
import type { LedgerFact } from './ledger.ts';

export type Receipt = { [field: string]: unknown };

const schema = 'ISO/IEC TS 27560:2023';

const states: { readonly [status in ConsentStatus]: string } = {
  given: 'dpv:ConsentGiven',
  denied: 'dpv:ConsentRefused',
  withdrawn: 'dpv:ConsentWithdrawn',
  expired: 'dpv:ConsentExpired',
};

/** @param person the id of the customer in this node; the receipt names nobody otherwise */
export function receiptOf(table: PurposeTable, person: string, entry: LedgerFact, nowMs: number): Receipt {
  return {
    '@context': {
      dpv: 'https://w3id.org/dpv#',
      'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
      loc: 'https://w3id.org/dpv/loc#',
    },
    '@type': 'dpv:ConsentReceipt',
    schema_version: schema,
    receipt_id: `urn:holdfast:receipt:${entry.fact}:${nowMs}`,
    receipt_time: timeOf(nowMs),
    consent_record: {
      schema_version: schema,
      record_id: `urn:holdfast:consent:${entry.fact}`,
      pii_principal_id: person,
      pii_processing: {
        ...(table.privacyNotice !== undefined && { privacy_notice: table.privacyNotice }),
        ...(entry.policyVersion !== undefined && { privacy_notice_version: entry.policyVersion }),
        ...(entry.language !== undefined && { language: entry.language }),
        purposes: [purposeOf(table, entry)],
      },
      party_identification: [{ party_id: 'controller', party_name: table.controller, party_role: 'dpv:DataController' }],
      events: [eventOf(entry)],
    },
  };
}

function purposeOf(table: PurposeTable, entry: LedgerFact): Receipt {
  const { pack } = table;
  const purpose = table.purposes.get(entry.purpose.trim().toLowerCase());
  const basis = purpose && pack.bases[purpose.basis];
  return {
    purpose: purpose?.name ?? { en: entry.purpose, zh: entry.purpose },
    purpose_id: entry.purpose,
    purpose_type: purpose?.dpv ?? 'dpv:Purpose',
    service_channel: entry.channel,
    lawful_basis: basis?.dpv ?? 'dpv:LegalBasis',
    ...(basis && { lawful_basis_article: basis.article }),
    ...(entry.legalBasis !== undefined && { lawful_basis_as_told: entry.legalBasis }),
    pii_controllers: ['controller'],
    jurisdiction: pack.jurisdiction,
    law: pack.name,
    withdrawal_article: pack.articles.withdrawal,
    separate_consent_reasons: purpose?.apart ?? [],
  };
}

function eventOf(entry: LedgerFact): Receipt {
  return {
    event_time: timeOf(entry.atMs),
    // Explicit, or separate in the words of PIPL: given apart from everything else.
    event_type: entry.separate ? 'dpv:ExplicitlyExpressedConsent' : 'dpv:Consent',
    event_state: states[entry.status],
    entity_id: entry.guardian ? 'dpv:GuardianOfDataSubject' : 'dpv:DataSubject',
    collection_source: entry.source,
    ...(entry.evidence !== undefined && { evidence: entry.evidence }),
    ...(entry.expiresAtMs !== undefined && {
      validity_duration: `PT${Math.max(0, Math.floor((entry.expiresAtMs - entry.atMs) / 1000))}S`,
      valid_until: timeOf(entry.expiresAtMs),
    }),
  };
}

/** Years beyond those of a calendar come from broken clocks. */
function timeOf(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`;
}
