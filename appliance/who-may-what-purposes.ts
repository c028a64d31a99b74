// The purposes that docs/who-may-what.md asks the policies about: those that a node without a declaration of its own has.

import { purposeTable } from './core/model/purposes.ts';

export const standardPurposesShown: readonly string[] = [...purposeTable({}, 'CN').purposes.keys()];
