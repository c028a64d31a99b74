// Which TLS keys are believed: the enrolled node's and no others, whatever authorities say. A certificate that was renewed under the same key is
// the same node; one of another key is nobody, also when a public authority vouches for it.

import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto';
import type { Session } from './electron-api.ts';
import type { Enrolment } from './enrolment.ts';

/** As Electron takes them: the certificate is good, or is not. */
const accepted = 0;
const refused = -2;

/** Chromium's words for certificates that nothing makes good: withdrawn, or not made as certificates are. */
const hopeless = new Set([-206, -207, -208, -211]);

export type Pin = {
  /** Whether the last look at this host found another key; so that a page can say why nothing loads. */
  refusedAt(origin: string): boolean;
};

type Verified = { hostname: string; certificate: { data: string }; errorCode: number };

/** @param enrolled what is enrolled now; asked each time */
export function pinCertificates(session: Session, enrolled: () => Enrolment | undefined): Pin {
  const wrong = new Set<string>();
  session.setCertificateVerifyProc((request, callback) => {
    const good = isPinned(request, enrolled());
    if (good) wrong.delete(request.hostname);
    else wrong.add(request.hostname);
    callback(good ? accepted : refused);
  });
  return { refusedAt: (origin) => wrong.has(new URL(origin).hostname.replace(/^\[|\]$/g, '')) };
}

export function isPinned({ hostname, certificate, errorCode }: Verified, enrolment: Enrolment | undefined): boolean {
  if (enrolment?.pin === undefined || hopeless.has(errorCode)) return false;
  const ours = enrolment.addresses.some((origin) => new URL(origin).hostname.replace(/^\[|\]$/g, '') === hostname);
  const found = ours ? fingerprint(certificate.data) : undefined;
  const wanted = Buffer.from(enrolment.pin, 'hex');
  return found !== undefined && timingSafeEqual(found.subarray(0, wanted.length), wanted);
}

/** SHA-256 of the key; undefined for what is no certificate, or holds a key of a kind that is not known here. */
function fingerprint(pem: string): Buffer | undefined {
  try {
    const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(key).digest();
  } catch {
    return undefined;
  }
}
