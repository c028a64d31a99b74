// The own certificate and the list of revoked ones: renewed in time, with a key that is used only once its leaf has come, and never exchanged
// for what is older or somebody else's.

import { issueLeaf, newCertificateKey, privateKeyPem, readRevocationList, requestLeaf } from '../../protocol/certificates.ts';
import { type SignedLeafRequest, signLeafRequest } from '../../protocol/leaf-request.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { Events } from './events.ts';
import type { Held } from './held.ts';
import { askAgainMs, type KeptFederation } from './kept.ts';

/** The founder's answer to a request that came as a file, PEM. */
export type LeafFile = { readonly leaf: string; readonly revocations: string };

/** Renews the own leaf after two thirds of its life. @throws {ProtocolFault} what checkLeaf says of the leaf held or the one that came */
export async function renewOwnLeaf(held: Held, events: Events): Promise<void> {
  const { leaf, certificateKey, revocations, nextLeaf } = held.kept;
  if (leaf === undefined || revocations === undefined) return;
  let fault: unknown;
  const check = await held.checkOwnLeaf(leaf, certificateKey, revocations).catch((error: unknown) => {
    fault = error;
    return undefined;
  });
  if (check && held.nowMs < check.renewAtMs && nextLeaf === undefined) return;
  const { federation, member } = held;
  const name = { federation, member };
  if (held.isFounder) {
    const pair = await newCertificateKey();
    const issued = await issueLeaf(await held.issuing(), await requestLeaf(name, pair), name, held.nowMs, held.ports.random);
    await useLeaf(held, issued, await privateKeyPem(pair.privateKey), events);
    return;
  }
  await askForLeaf(held, events);
  // The coordinator may still take one whose time it judges otherwise; if not, it is told why.
  if (fault) throw fault;
}

async function askForLeaf(held: Held, events: Events): Promise<void> {
  const { nowMs } = held;
  const { privateKey, request, askedAtMs } = await nextLeaf(held);
  let fault: ProtocolFault | undefined;
  if (askedAtMs !== undefined) {
    const came = await held.api().leaf();
    try {
      if (came !== undefined && came !== held.kept.leaf) return await useLeaf(held, came, privateKey, events);
    } catch (error) {
      if (!(error instanceof ProtocolFault)) throw error;
      fault = error;
    }
  }
  if (askedAtMs === undefined || nowMs >= askedAtMs + askAgainMs) {
    await held.api().requestLeaf(request);
    await held.save({ nextLeaf: { privateKey, request, askedAtMs: nowMs } });
  }
  if (fault) throw fault;
}

/** The key that the next leaf will be for, and the request for it. */
async function nextLeaf(held: Held): Promise<NonNullable<KeptFederation['nextLeaf']>> {
  const { federation, member } = held;
  if (held.kept.nextLeaf) return held.kept.nextLeaf;
  const pair = await newCertificateKey();
  const request = await requestLeaf({ federation, member }, pair);
  const next = { privateKey: await privateKeyPem(pair.privateKey), request };
  await held.save({ nextLeaf: next });
  return next;
}

/** For a member that was away until its certificate had run out: what it asks for, as a file for the founder. */
export async function leafRequestFile(held: Held): Promise<SignedLeafRequest> {
  if (held.isFounder || held.state !== 'member') throw new ProtocolFault('not_allowed', held.state);
  const { request } = await nextLeaf(held);
  return signLeafRequest(held.signingKey(), { federation: held.federation, member: held.member }, request, held.nowMs);
}

/** @throws {ProtocolFault} revocation_list_wrong, certificate_request_wrong where none was asked for, what Held.checkOwnLeaf says */
export async function takeLeafFile(held: Held, { leaf, revocations }: LeafFile, events: Events): Promise<void> {
  if (held.kept.leaf === leaf) return;
  const next = held.kept.nextLeaf;
  if (next === undefined) throw new ProtocolFault('certificate_request_wrong');
  const check = await held.checkOwnLeaf(leaf, next.privateKey, revocations);
  await checkNewer(held, revocations);
  await held.save({ leaf, revocations, certificateKey: next.privateKey, nextLeaf: undefined });
  events.push({ kind: 'leafRenewed', federation: held.federation, endsAtMs: check.notAfterMs });
}

async function useLeaf(held: Held, leaf: string, certificateKey: string, events: Events): Promise<void> {
  const check = await held.checkOwnLeaf(leaf, certificateKey, held.kept.revocations!);
  await held.save({ leaf, certificateKey, nextLeaf: undefined });
  events.push({ kind: 'leafRenewed', federation: held.federation, endsAtMs: check.notAfterMs });
}

/** Takes the coordinator's list, if it is not older than the one held. @throws {ProtocolFault} revocation_list_wrong, with why */
export async function adoptRevocations(held: Held): Promise<void> {
  const list = await held.api().revocations();
  if (list !== undefined && list !== held.kept.revocations) {
    await checkNewer(held, list);
    await held.save({ revocations: list });
    return;
  }
  const { nextUpdateMs } = await readRevocationList(held.kept.revocations!, held.authority);
  if (held.nowMs > nextUpdateMs) throw new ProtocolFault('revocation_list_wrong', 'run out');
}

async function checkNewer(held: Held, list: string): Promise<void> {
  const before = await readRevocationList(held.kept.revocations!, held.authority);
  const read = await readRevocationList(list, held.authority);
  const older = read.thisUpdateMs < before.thisUpdateMs;
  const fewer = read.thisUpdateMs === before.thisUpdateMs && [...before.serials].some((one) => !read.serials.has(one));
  if (older || fewer) throw new ProtocolFault('revocation_list_wrong', 'older');
}
