// Where one stands among models, and the ways back.

import { Breadcrumb } from 'antd';
import { Link } from 'wouter';
import { space } from '../../design/design.ts';

export function Trail({ steps }: { steps: readonly (readonly [string, string?])[] }) {
  return (
    <Breadcrumb
      style={{ marginBottom: space.medium }}
      items={steps.map(([title, href]) => ({ title: href === undefined ? title : <Link href={href}>{title}</Link> }))}
    />
  );
}
