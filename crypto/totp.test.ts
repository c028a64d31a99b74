// One-time codes against the vectors of RFC 4226 and RFC 6238, and against the library that web sites use.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Secret, TOTP, URI } from 'otpauth';
import { matchTotp, type TotpHash, totpCode, totpSecretText, totpStepAt, totpUri } from './totp.ts';

const secret = Buffer.from('12345678901234567890');

test('RFC 4226, appendix D', () => {
  const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'];
  for (const [counter, code] of codes.entries()) assert.equal(totpCode(secret, counter), code);
});

test('RFC 6238, appendix B', () => {
  // The seeds of the other hashes are as long as their output, as the program of the appendix has them.
  const seeds: { [hash in TotpHash]: Buffer } = {
    sha1: secret,
    sha256: Buffer.from('12345678901234567890123456789012'),
    sha512: Buffer.from('1234567890123456789012345678901234567890123456789012345678901234'),
  };
  const vectors: [seconds: number, sha1: string, sha256: string, sha512: string][] = [
    [59, '94287082', '46119246', '90693936'],
    [1111111109, '07081804', '68084774', '25091201'],
    [1111111111, '14050471', '67062674', '99943326'],
    [1234567890, '89005924', '91819424', '93441116'],
    [2000000000, '69279037', '90698825', '38618901'],
    [20000000000, '65353130', '77737706', '47863826'],
  ];
  for (const [seconds, ...codes] of vectors) {
    const step = totpStepAt(seconds * 1000);
    for (const [at, hash] of (['sha1', 'sha256', 'sha512'] as const).entries())
      assert.equal(totpCode(seeds[hash], step, 8, hash), codes[at], `${seconds} ${hash}`);
  }
});

test('the library otpauth makes the same codes, and reads the address for its app', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 40 }),
      fc.integer({ min: 0, max: 4e12 }),
      fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => name.isWellFormed() && !name.includes(':')),
      (bytes, nowMs, account) => {
        const theirs = new TOTP({ secret: new Secret({ buffer: bytes.slice().buffer }) });
        assert.equal(totpCode(bytes, totpStepAt(nowMs)), theirs.generate({ timestamp: nowMs }));
        assert.equal(totpSecretText(bytes), theirs.secret.base32);
        const read = URI.parse(totpUri(bytes, 'Hold fast', account));
        assert.deepEqual(
          [read.secret.base32, read.issuer, read.label, read.algorithm, read.digits, (read as TOTP).period],
          [theirs.secret.base32, 'Hold fast', account, 'SHA1', 6, 30],
        );
      },
    ),
  );
});

test('a code is good in its step and the ones beside it, once', () => {
  const nowMs = 1_790_000_010_000;
  const now = totpStepAt(nowMs);
  for (const [step, good] of [
    [now - 2, false],
    [now - 1, true],
    [now, true],
    [now + 1, true],
    [now + 2, false],
  ] as const)
    assert.equal(matchTotp(secret, totpCode(secret, step), nowMs, -1), good ? step : undefined);
  assert.equal(matchTotp(secret, totpCode(secret, now), nowMs, now), undefined, 'used');
  assert.equal(matchTotp(secret, totpCode(secret, now - 1), nowMs, now), undefined, 'older than the one used');
  assert.equal(matchTotp(secret, totpCode(secret, now + 1), nowMs, now), now + 1);
  for (const wrong of ['', '12345', '1234567', 'abcdef', '٠١٢٣٤٥']) assert.equal(matchTotp(secret, wrong, nowMs, -1), undefined);
});
