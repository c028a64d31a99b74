// A customer by their number, which says nothing of them: a way to their page for who may open it.

import { Link } from 'wouter';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';

export function Person({ id }: { id: string }) {
  const may = useMay();
  return may('profile.read') ? <Link href={to('/customers/:id', { id })}>{id}</Link> : <span>{id}</span>;
}

/** A profile's id as it is typed: `p42`, or the number alone. */
export const readPersonId = (text: string): string | undefined => {
  const match = /^p?(\d{1,15})$/.exec(text.trim().toLowerCase());
  return match ? `p${match[1]}` : undefined;
};
