// Which passwords may be chosen, after NIST SP 800-63B: long enough, not a common one, not made of the person's own names. No rules about
// kinds of characters, no forced changes: they make passwords worse.

import { Fault } from '../errors.ts';

export const passwordRules = {
  /** In characters (Unicode code points). SP 800-63B revision 4, 3.1.1.2: 15 where a password may stand alone. */
  least: 15,
  /** ASVS 2.1.2: at least 64, at most 128. */
  most: 128,
  /** Signs that must be left when common words, names, runs and repetitions count as one each. */
  leastOwn: 8,
} as const;

// The roots of the commonest passwords, in English and Chinese keyboards' habits. Longer passwords that people choose are these, put
// together and prolonged: so they are taken out wherever they stand, and not compared as a whole.
const common = [
  ...['password', 'passwort', 'passw0rd', 'p@ssw0rd', 'p@ssword', 'pa55word', 'passphrase', 'passcode', 'letmein', 'welcome'],
  ...['administrator', 'admin', 'root', 'guest', 'login', 'master', 'secret', 'default', 'changeme', 'change me', 'test', 'user'],
  ...['qwertyuiop', 'qwerty', 'qwertz', 'azerty', 'asdfghjkl', 'asdfgh', 'zxcvbnm', 'zxcvbn', '1qaz2wsx', '1q2w3e4r', 'qazwsx'],
  ...['q1w2e3r4', 'zaq12wsx', '!@#$%^&*', 'abc123', 'a1b2c3', 'aa123456', 'woaini', '5201314', '1314520', 'wo ai ni', 'mima'],
  ...['iloveyou', 'ilove', 'loveyou', 'love', 'sunshine', 'princess', 'dragon', 'monkey', 'football', 'baseball', 'basketball'],
  ...['superman', 'batman', 'pokemon', 'starwars', 'shadow', 'michael', 'jennifer', 'jordan', 'hunter', 'killer', 'trustno1'],
  ...['whatever', 'computer', 'internet', 'hello', 'freedom', 'summer', 'winter', 'spring', 'autumn', 'flower', 'cookie'],
  ...['chocolate', 'butterfly', 'liverpool', 'chelsea', 'arsenal', 'charlie', 'thomas', 'robert', 'daniel', 'george', 'mustang'],
  ...['corvette', 'ferrari', 'mercedes', 'yankees', 'cowboys', 'samsung', 'google', 'facebook', 'company', 'office', 'server'],
  ...['woaizhongguo', 'zhongguo', 'beijing', 'shanghai', 'china', '密码', '口令', '我爱你', '管理员', '中国'],
  ...['correcthorsebatterystaple', 'correct horse battery staple', 'correct-horse-battery-staple', 'holdfast'],
].sort((a, b) => b.length - a.length);

/**
 * @param names what the person is called: login, name, e-mail
 * @throws {Fault} `weak_password` naming the rule
 */
export function checkPassword(password: string, names: readonly string[]): void {
  const text = password.normalize('NFKC');
  const length = [...text].length;
  if (length < passwordRules.least) throw new Fault('weak_password', `at least ${passwordRules.least} characters`);
  if (length > passwordRules.most) throw new Fault('weak_password', `at most ${passwordRules.most} characters`);
  if (!text.isWellFormed() || /\p{Cc}/u.test(text)) throw new Fault('weak_password', 'no control characters');
  if (ownSigns(text, names) < passwordRules.leastOwn) throw new Fault('weak_password', 'common words, names and repetitions');
}

/** How many signs are left when everything that guessers try first counts as one. */
function ownSigns(text: string, names: readonly string[]): number {
  const known = [...partsOf(names), ...common];
  let rest = text.toLowerCase();
  for (const word of known) rest = rest.replaceAll(word, '\0');
  let count = 0;
  let previous: string | undefined;
  let step: number | undefined;
  for (const sign of rest) {
    const move = previous === undefined ? undefined : sign.codePointAt(0)! - previous.codePointAt(0)!;
    // A run goes on by the same step: aaaa, 1234, 9876.
    const inRun = move !== undefined && Math.abs(move) <= 1 && (step === undefined || move === step || move === 0);
    if (!inRun) count += 1;
    step = inRun ? move : undefined;
    previous = sign;
  }
  return Math.min(count, new Set(rest).size + 2);
}

/** Names and their parts, of at least three letters (two where they are Chinese). */
function partsOf(names: readonly string[]): string[] {
  const parts = names.flatMap((name) => {
    const low = name.normalize('NFKC').toLowerCase();
    return [low, ...low.split(/[^\p{L}\p{N}]+/u)];
  });
  return parts.filter((part) => part.length >= (/\p{Script=Han}/u.test(part) ? 2 : 3)).sort((a, b) => b.length - a.length);
}
