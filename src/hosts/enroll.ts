import type { EnrollReply, EnrollRequest } from '../../contract/agent-protocol.ts';
import { protocolVersion } from '../../contract/agent-protocol.ts';
import { Failure } from '../../contract/failure.ts';
import { guard, write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { newId } from '../db/ids.ts';
import type { Call } from '../tenancy/audit/entry.ts';
import { enrolmentStatements } from '../tenancy/audit/write.ts';
import { equalDigests, sha256 } from '../tenancy/hash.ts';
import { limitReached } from '../tenancy/orgs/model.ts';
import { hostsPerHub } from './model.ts';
import { toHostName } from './name.ts';
import {
  enrolledAs,
  hasRoomForHost,
  insertHost,
  selectInstallation,
  spendEnrollmentToken,
} from './store/enrollment.ts';
import { tellHosts } from './store/events.ts';
import { revoked } from './strangers.ts';

/**
 * Makes a host of an installation, with a name that no other host of the organisation has. The same installation and secret again give the same host, whether or not the token
 * has a use left: a lost reply is harmless.
 * @throws Failure `unauthorized` without a usable token, `install_conflict` when the installation has another
 * secret, `limit_reached` when the organisation has as many hosts as it may, `host_revoked`
 */
export async function enroll(
  database: Database,
  token: string,
  request: EnrollRequest,
  now: number,
  call: Call,
): Promise<EnrollReply> {
  const [tokenHash, secretHash] = await Promise.all([sha256(token), sha256(request.secret)]);
  const id = newId('host');
  const conflict = new Failure(
    'install_conflict',
    'This installation, or its secret, is enrolled already. Remove its state folder to enrol it as a new host.',
  );
  const enrolled = { type: 'enrolled' as const, message: enrolledAs, createdAt: now };
  const installations = await write(
    database,
    [
      guard(database, hasRoomForHost(tokenHash, request.install_id, now), limitReached('hosts')),
      {
        query: insertHost(
          database,
          {
            id,
            name: toHostName(request.name),
            labels: request.labels,
            installId: request.install_id,
            secretHash,
            createdAt: now,
          },
          tokenHash,
          hostsPerHub,
        ),
        refusal: conflict,
      },
      { query: spendEnrollmentToken(database, tokenHash, id) },
      ...tellHosts(database, [id], enrolled),
      ...enrolmentStatements(database, call, { tokenHash, hostId: id }),
    ],
    selectInstallation(database, tokenHash, request.install_id),
  );
  const [host] = installations;
  if (!host) {
    throw new Failure(
      'unauthorized',
      'The enrolment token is unknown, expired or used up. Make a new one and enrol again.',
    );
  }
  if (!equalDigests(host.secretHash, secretHash)) {
    throw conflict;
  }
  if (host.revokedAt !== null) throw revoked(host.name);
  return { protocol: protocolVersion, host_id: host.id, name: host.name };
}
