// How the slices beside the record give out and forget what they keep about customers; oversee/subjects asks them.

import type { Store } from './core/store/store.ts';
import type { Snapshots } from './decide/features/features.ts';
import type { Segments } from './decide/segments/segments.ts';
import type { AccessReview } from './oversee/access-review/access-review.ts';
import type { Governance } from './oversee/governance/governance.ts';
import { forgetSnapshot } from './oversee/operations/upgrade/upgrade.ts';
import type { SubjectHolder } from './oversee/subjects/subjects.ts';
import type { Preferences } from './record/consent/consent.ts';

export type HolderParts = {
  /** The data folder. */
  folder: string;
  store: Store;
  preferences: Preferences;
  governance: Governance;
  accessReview: AccessReview;
  snapshots: Snapshots;
  segments: Segments;
};

export function holdersBeside({
  folder,
  store,
  preferences,
  governance,
  accessReview,
  snapshots,
  segments,
}: HolderParts): SubjectHolder[] {
  return [
    {
      name: 'preferences',
      tables: ['consent_links', 'consent_requests', 'consent_outbox'],
      async export({ person }) {
        const requests = await preferences.requests(person);
        return requests.length > 0 ? { requests } : undefined;
      },
      async erase({ recordIds }) {
        await store.transact(preferences.erase(recordIds));
        return 0;
      },
    },
    {
      // Features of everybody, made from the record and made again from it: thrown away as a whole.
      name: 'features',
      tables: ['feature_parts'],
      export: async () => undefined,
      async erase() {
        await snapshots.drop();
        return 0;
      },
    },
    {
      // What broke a rule: numbers of events and of whose they are, never a value, for a week.
      name: 'quality',
      tables: ['quality_hours'],
      export: async () => undefined,
      erase: ({ recordIds }) => governance.quality.forget(new Set(recordIds)),
    },
    {
      // A finding is about whoever looked; what it says of the customer is sealed with the customer's audit key and goes with that.
      name: 'access review',
      tables: ['access_findings', 'access_honey', 'access_actors'],
      export: async () => undefined,
      erase: ({ recordIds }) => accessReview.honey.forget(new Set(recordIds)),
    },
    {
      // The state from before an upgrade has their keys and rows: it goes as a whole.
      name: 'upgrade snapshot',
      tables: [],
      export: async () => undefined,
      async erase() {
        await forgetSnapshot(folder);
        return 0;
      },
    },
    {
      name: 'segments',
      tables: ['segment_members', 'segment_changes', 'segment_snapshot_pages'],
      export: ({ person, recordIds }) => segments.everythingOf(person, recordIds),
      erase: ({ recordIds }) => segments.forget(recordIds),
    },
  ];
}
