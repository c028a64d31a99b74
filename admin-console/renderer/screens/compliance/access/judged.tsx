// Findings that were judged, as they were.

import { Findings } from './inbox.tsx';

export default function Judged() {
  return <Findings state="judged" at="/access-review/judged" route="/access-review/judged/:id" />;
}
