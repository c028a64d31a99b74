// SEAL's context for numbers that are written down, and the check that SEAL computes with these and no others.

import type { SEALContext } from 'node-seal';
import { HeError } from './errors.ts';
import type { Seal } from './seal.ts';

export type Numbers = {
  readonly name: string;
  readonly version: number;
  /** N, the degree. */
  readonly slots: number;
  /** In SEAL's order: those that ciphertexts stand modulo, then the special one. */
  readonly primes: readonly bigint[];
  /** t, the largest prime below 2^32 that is 1 modulo 2 N. */
  readonly plainModulus: number;
  readonly securityBits: 128 | 192;
};

/** @param switching whether ciphertexts can be brought to fewer primes  @throws {HeError} 'parameters-differ' */
export function sealContext(seal: Seal, numbers: Numbers, switching: boolean): SEALContext {
  const { CoeffModulus, EncryptionParameters, PlainModulus, SchemeType, SEALContext, SecLevelType } = seal.module;
  const { slots, primes: expectedPrimes, plainModulus, securityBits } = numbers;
  const widths = Int32Array.from(expectedPrimes, (prime) => prime.toString(2).length);
  using primes = CoeffModulus.Create(slots, widths);
  using plain = PlainModulus.Batching(slots, 32);
  const found = [plain.value()];
  for (let i = 0; i < primes.size(); i += 1) {
    using prime = primes.get(i)!;
    found.push(prime.value());
  }
  const expected = [BigInt(plainModulus), ...expectedPrimes];
  if (found.join() !== expected.join()) differ(numbers, `expected the moduli ${expected}, SEAL makes ${found}`);
  using settings = new EncryptionParameters(SchemeType.bfv);
  settings.setPolyModulusDegree(slots);
  settings.setCoeffModulus(primes);
  settings.setPlainModulus(plain);
  // SEAL refuses what is not as safe as asked for, and says so by this flag alone: with it unset, it computes garbage.
  const context = new SEALContext(settings, switching, securityBits === 192 ? SecLevelType.tc192 : SecLevelType.tc128);
  if (!context.parametersSet()) {
    context.delete();
    differ(numbers, `SEAL does not take them as safe by ${securityBits} bits`);
  }
  using first = context.firstContextData();
  using qualifiers = first.qualifiers();
  const dataBits = first.totalCoeffModulusBitCount();
  const expectedBits = expectedPrimes
    .slice(0, -1)
    .reduce((product, prime) => product * prime, 1n)
    .toString(2).length;
  if (dataBits !== expectedBits || !qualifiers.usingBatching) {
    context.delete();
    differ(numbers, `expected ciphertexts modulo ${expectedBits} bits with batching, got ${dataBits}`);
  }
  return context;
}

function differ({ name, version }: Numbers, why: string): never {
  throw new HeError('parameters-differ', `${name} version ${version}: ${why}`);
}
