// Choosing roles, by their names in the reader's language.

import { Select } from 'antd';
import { roleWords } from '../../words/roles.ts';
import { useSay } from '../../words/words.ts';

const words = { roles: { en: 'Roles', zh: '角色' } } as const;

export type Role = keyof typeof roleWords;

/** As a field of a form: what the form gives goes on to the list. */
export function RoleChoice({ id, value, onChange }: { id?: string; value?: Role[]; onChange?(roles: Role[]): void }) {
  const say = useSay();
  return (
    <Select
      mode="multiple"
      style={{ width: '100%' }}
      aria-label={say(words.roles)}
      {...(id && { id })}
      {...(value && { value })}
      {...(onChange && { onChange })}
      options={(Object.keys(roleWords) as Role[]).map((role) => ({ value: role, label: say(roleWords[role]) }))}
    />
  );
}
