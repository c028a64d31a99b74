// What the node said no to, above the form that asked.

import { Alert } from 'antd';
import { ApiFault } from '../api/client.ts';
import { space } from '../design/design.ts';

export function Fault({ error }: { error: unknown }) {
  if (!error) return null;
  const known = error instanceof ApiFault ? error : undefined;
  return (
    <Alert
      role="alert"
      type="error"
      showIcon
      title={known?.message ?? String(error)}
      description={known?.next}
      style={{ marginBottom: space.medium }}
    />
  );
}
