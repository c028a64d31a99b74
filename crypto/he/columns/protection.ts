// What an answer goes through before it leaves the partner who made it, so that the owner of the numbers, who has the secret key and knows every random part
// and every error of his ciphertexts, reads the sums that were asked for and nothing else:
//
// 1. rerandomise: a fresh encryption of zero under the owner's public key is added. Without it c1 is the sum of the owner's c1 times the
//    indicators, which a division turns into the indicators, row by row.
// 2. flood: noise uniform in +-2^73 is added to the coefficients that are asked for. Without it their noise is the sum of the owner's own errors over the
//    rows of a bin, which he compares with any rows he suspects. What the products add is less than 2^-47 of it.
// 3. switch: divided by q2 and rounded, which makes the answer less than half as long. It is a function of what is hidden already.
// 4. pick: of c0 only the coefficients that are asked for are sent. The others hold shifted sums, of which the owner could read the bin of
//    every row; without their c0 nobody has a phase for them.

import { randomBytes } from 'node:crypto';
import type { Ciphertext, Encryptor } from 'node-seal';
import { calling, type Random } from '../seal.ts';
import { packAnswer } from './row-bytes.ts';
import { bareCiphertext, type RowContext, switchedWords } from './row-context.ts';
import { rowParameters } from './row-parameters.ts';

const { floodBits, answerPrime, switchedPrime } = rowParameters;
const dataModulus = answerPrime * switchedPrime;

/** A fresh encryption of zero plus the product, if there is one. The caller disposes of it. */
export function rerandomised(
  { seal, evaluator }: RowContext,
  encryptor: Encryptor,
  product: Ciphertext | undefined,
  random: Random | undefined,
): Ciphertext {
  const fresh = new seal.module.Ciphertext();
  try {
    calling(seal, 'answer', () => {
      seal.drawing(random, () => encryptor.encryptZero(fresh));
      if (product) evaluator.addInplace(fresh, product);
    });
    return fresh;
  } catch (error) {
    fresh.delete();
    throw error;
  }
}

/** Adds noise to c0 at the places that are asked for. */
export function flood(context: RowContext, ciphertext: Ciphertext, asked: readonly number[], random: Random | undefined): void {
  const port = random ?? { bytes: randomBytes };
  using noise = bareCiphertext(context, new Map(asked.map((place) => [place, floodNoise(port)])));
  calling(context.seal, 'answer', () => context.evaluator.addInplace(ciphertext, noise));
}

/** Uniform from -2^73 to 2^73 - 1, modulo q. */
function floodNoise(random: Random): bigint {
  const bits = floodBits + 1;
  const drawn = BigInt(`0x${Buffer.from(random.bytes(Math.ceil(bits / 8))).toString('hex')}`) & (2n ** BigInt(bits) - 1n);
  const noise = drawn - 2n ** BigInt(floodBits);
  return noise < 0n ? noise + dataModulus : noise;
}

/**
 * @param product sum of the owner's ciphertexts times indicators, as coefficients; none when no row is in any bin
 * @param asked places of the sums in it
 */
export function protectedAnswer(
  context: RowContext,
  encryptor: Encryptor,
  keyName: Uint8Array,
  product: Ciphertext | undefined,
  asked: readonly number[],
  random: Random | undefined,
): Uint8Array {
  using answer = rerandomised(context, encryptor, product, random);
  flood(context, answer, asked, random);
  calling(context.seal, 'answer', () => context.evaluator.cipherModSwitchToNextInplace(answer));
  const { c0, c1 } = switchedWords(context, answer);
  return packAnswer(
    keyName,
    asked.map((place) => c0[2 * place + 1]! * 2 ** 32 + c0[2 * place]!),
    c1,
  );
}
