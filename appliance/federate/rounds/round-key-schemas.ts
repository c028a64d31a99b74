// Schemas and examples of the routes of a custodian's key in shares.

import { keySplitLimits } from '../../../federation/participant/round/custody-key.ts';
import { answer, body, exampleRound, ofRounds, params, roundAnswer } from './round-schemas.ts';

const exampleShare = 'HF-1-04C2-G0R1-0000-EXAM-P1E0-ONLY';
const shareText = { type: 'string', minLength: 1, maxLength: 400, examples: [exampleShare] } as const;
const number = { type: 'integer', minimum: 1, maximum: keySplitLimits.sharesMax } as const;

export const share = {
  ...ofRounds,
  summary: "Fetch a share of the custodian's key",
  description:
    'Shown this once, and to one person each; the round goes on when all are fetched. A node that starts anew before makes another key: shares that were fetched until then are void.',
  params,
  response: answer(
    { share: shareText, number, of: number, needed: number },
    { share: exampleShare, number: 1, of: 3, needed: 2 },
  ),
};
export const unlock = {
  ...ofRounds,
  summary: "Give shares of the custodian's key after the node has started anew",
  description:
    'One or several, by one person or by several one after the other; with the last that is needed the key is open until the node stops, and the round goes on.',
  params,
  body: body(
    ['shares'],
    { shares: { type: 'array', minItems: 1, maxItems: keySplitLimits.sharesMax, items: shareText } },
    { shares: [exampleShare] },
  ),
  response: roundAnswer(exampleRound),
};
