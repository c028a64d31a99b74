// Requests that were answered, the latest first.

import { Requests } from './requests.tsx';

export default function ClosedRequests() {
  return <Requests closed />;
}
