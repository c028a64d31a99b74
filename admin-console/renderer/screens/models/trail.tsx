// Where one stands among models, the ways back, and the buttons that lead on.

import { Breadcrumb, Button, type ButtonProps } from 'antd';
import { Link, useLocation, useRouter } from 'wouter';
import { space } from '../../design/design.ts';

export function Trail({ steps }: { steps: readonly (readonly [string, string?])[] }) {
  return (
    <Breadcrumb
      style={{ marginBottom: space.medium }}
      items={steps.map(([title, href]) => ({ title: href === undefined ? title : <Link href={href}>{title}</Link> }))}
    />
  );
}

/** A button that is a link: it can be opened beside, and leads on without loading the page anew. */
export function Go({ to, ...button }: ButtonProps & { to: string }) {
  const { base } = useRouter();
  const [, go] = useLocation();
  return (
    <Button
      autoInsertSpace={false}
      {...button}
      href={base + to}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(to);
      }}
    />
  );
}
