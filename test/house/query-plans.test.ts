import { type SQL, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { SyncRequest } from '../../contract/agent-protocol.ts';
import { tidyTimelines } from '../../src/db/timelines.ts';
import {
  hasRoomForDeployment,
  idOfDeployment,
  idsOfPage,
  selectDeleting,
  selectDeploymentRevision,
  selectDeploymentRevisions,
  selectDeployments,
  selectFallback,
  selectRolling,
} from '../../src/deployments/store/deployments.ts';
import {
  newestLine,
  selectEvents,
  selectInstanceEvents,
} from '../../src/deployments/store/events.ts';
import {
  advanceVersionsOn,
  deleteLaunchesOn,
  endLeavingInstances,
  insertRemovalEvents,
  unplaceInstances,
} from '../../src/deployments/store/host-removal.ts';
import { selectLoginsOn, selectSecretsOn } from '../../src/deployments/store/host-secrets.ts';
import {
  isNewerThan,
  selectDesired,
  selectInstancePage,
  selectInstanceStates,
  selectInstancesOf,
  selectOnDrained,
  selectPending,
  selectUnreachable,
  selectUnsettled,
} from '../../src/deployments/store/instances.ts';
import {
  deletePartOf,
  holdsNothing,
  selectHeld,
  selectRemains,
} from '../../src/deployments/store/org-removal.ts';
import {
  endLaunches,
  insertReportEvent,
  markUnreachable,
  recordReport,
  tidyAfterSync,
} from '../../src/deployments/store/reports.ts';
import {
  selectBarredPorts,
  selectClaimSums,
  selectClaims,
  selectClaimsOn,
} from '../../src/hosts/store/claims.ts';
import {
  deleteExpiredTokens,
  hasRoomForHost,
  selectEnrollmentTokens,
} from '../../src/hosts/store/enrollment.ts';
import {
  insertArrivalEvent,
  lineOfSpeaker,
  selectHostEvents,
} from '../../src/hosts/store/events.ts';
import {
  hostOf,
  idsOfPage as idsOfHostPage,
  markOffline,
  markSuspect,
  recordSync,
  selectHosts,
  selectHostsBehind,
  selectHubs,
  selectSyncedHost,
} from '../../src/hosts/store/hosts.ts';
import {
  noteRetiredUse,
  replaceSecret,
  selectBearer,
  selectFormerBearer,
} from '../../src/hosts/store/identity.ts';
import { selectLaunchesOn } from '../../src/hosts/store/launches.ts';
import { deleteRemovedBefore, selectRemoved } from '../../src/hosts/store/removed.ts';
import {
  deleteReservation,
  isOldestToWait,
  isOpenTo,
  selectReservation,
} from '../../src/hosts/store/reservations.ts';
import { deleteRivalsBefore, selectRivals } from '../../src/hosts/store/rivals.ts';
import {
  endHold,
  endHoldsOfReturned,
  holdReplacement,
  noteLastSeen,
} from '../../src/hosts/store/silence.ts';
import { deleteAuditLinesBefore, selectAuditLines } from '../../src/tenancy/audit/store.ts';
import { selectDeletingOrgs } from '../../src/tenancy/orgs/store.ts';
import {
  countByKey,
  selectSealedWith,
  selectSecretNames,
  selectSecrets,
} from '../../src/tenancy/secrets/store.ts';
import {
  deleteTokensEndedBefore,
  hasRoomForToken,
  noteTokenUse,
  revokeToken,
  selectToken,
  selectTokens,
  selectUsableToken,
} from '../../src/tenancy/tokens/store.ts';
import { inventoryWith } from '../support/fake-agent.ts';
import { newMemoryDatabase } from '../support/memory-database.ts';
import { planOf } from '../support/query-plan.ts';

/*
 * What runs with every sync, every page and every beat of the clock finds its rows by a key: what it costs must not
 * grow with the organisations and hosts that it does not ask for.
 */

const { client, database } = await newMemoryDatabase();
const partialIndexes = (
  await client.execute(
    "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'",
  )
).rows.map((row) => String(row.name));

const speaker = { secretHash: 's', epoch: 1, processId: 'process-1', seq: 1 };
const host = hostOf(speaker);
const newer = isNewerThan({ revision: 1, era: 'e' });
const report = {
  instance_id: 'i',
  generation: 1,
  state: 'running' as const,
  reason: null,
  message: '',
  restarts: 0,
  exit: null,
  container_id: null,
  started_age_ms: 1,
  ready_age_ms: 1,
};
const ended = endLaunches(database, { revision: 1, era: 'e' }, [report], host, 1);
const silent = [{ hostId: 'h', seenAt: 1 }];
const sync = {
  protocol: 1,
  agent_version: '0',
  epoch: 1,
  process_id: 'process-1',
  seq: 1,
  era: null,
  desired_revision: 0,
  has_link: false,
  observed_hash: 'hash',
  observed: { complete: true, inventory: inventoryWith(), instances: [] },
} satisfies SyncRequest;

const partOfOrg = deletePartOf(database, 'o', 1);

/** `scans`: a table that it may read from end to end, and why. */
const queries: Record<string, { query: { getSQL(): SQL }; scans?: [table: string, why: string] }> =
  {
    hostOf: { query: { getSQL: () => host } },
    selectSecretsOn: { query: selectSecretsOn(database, host, newer) },
    selectLoginsOn: { query: selectLoginsOn(database, host, newer) },
    selectSecrets: { query: selectSecrets(database, 'o', 's', 10) },
    selectSecretNames: { query: selectSecretNames(database, 'o') },
    selectSealedWith: {
      query: selectSealedWith(database, ['k'], 10),
      scans: ['secrets', 'while keys are rotated, and there are few'],
    },
    countByKey: {
      query: countByKey(database),
      scans: ['secrets', 'while keys are rotated, and there are few'],
    },
    selectBearer: { query: selectBearer(database, 's') },
    selectFormerBearer: { query: selectFormerBearer(database, 's') },
    selectRemoved: { query: selectRemoved(database, 's') },
    replaceSecret: { query: replaceSecret(database, { from: 's', to: 't' }, 1) },
    noteRetiredUse: { query: noteRetiredUse(database, 's', { from: null, at: 1, before: 1 }) },
    'selectRivals of a page': { query: selectRivals(database, idsOfHostPage('o', 'h', 10)) },
    deleteRivalsBefore: { query: deleteRivalsBefore(database, 1) },
    deleteRemovedBefore: { query: deleteRemovedBefore(database, 1) },
    selectEnrollmentTokens: { query: selectEnrollmentTokens(database, 'o', 'e', 10) },
    deleteExpiredTokens: { query: deleteExpiredTokens(database, 1) },
    selectUsableToken: { query: selectUsableToken(database, 'hash', 1) },
    noteTokenUse: { query: noteTokenUse(database, 'hash', 2, 1) },
    selectToken: { query: selectToken(database, 'o', 'tok') },
    selectTokens: { query: selectTokens(database, 'o', { after: 'tok' }, 10) },
    revokeToken: { query: revokeToken(database, 'o', 'tok', 1) },
    hasRoomForToken: { query: { getSQL: () => sql`SELECT ${hasRoomForToken('o', 1)}` } },
    deleteTokensEndedBefore: {
      query: deleteTokensEndedBefore(database, 1),
      scans: ['api_tokens', 'once an hour, and there are few'],
    },
    hasRoomForDeployment: { query: { getSQL: () => sql`SELECT ${hasRoomForDeployment('o')}` } },
    hasRoomForHost: { query: { getSQL: () => sql`SELECT ${hasRoomForHost('hash', 'i', 1)}` } },
    selectDeletingOrgs: { query: selectDeletingOrgs(database, 3) },
    selectHeld: { query: selectHeld(database, 'o', 10) },
    holdsNothing: { query: { getSQL: () => sql`SELECT ${holdsNothing('o')}` } },
    selectRemains: { query: selectRemains(database, 'o') },
    ...Object.fromEntries(
      Object.entries(partOfOrg).map(([part, query]) => [`deletePartOf: ${part}`, { query }]),
    ),
    selectAuditLines: { query: selectAuditLines(database, 'o', {}, 'aud', 10) },
    'selectAuditLines of a time': {
      query: selectAuditLines(database, 'o', { from: 1, until: 2 }, undefined, 10),
    },
    'selectAuditLines of an actor': {
      query: selectAuditLines(database, 'o', { actor: 'tok', from: 1 }, 'aud', 10),
    },
    'selectAuditLines of a thing': {
      query: selectAuditLines(database, 'o', { resource_name: 'n' }, 'aud', 10),
    },
    deleteAuditLinesBefore: { query: deleteAuditLinesBefore(database, 1, 10) },
    selectDesired: { query: selectDesired(database, host, newer) },
    selectSyncedHost: { query: selectSyncedHost(database, 's') },
    recordSync: { query: recordSync(database, speaker, sync, null, 1) },
    selectHosts: { query: selectHosts(database, 'o', 'h', 10) },
    selectClaims: { query: selectClaims(database, 'o') },
    selectClaimsOn: { query: selectClaimsOn(database, 'h') },
    selectClaimSums: { query: selectClaimSums(database, idsOfHostPage('o', 'h', 10)) },
    'selectClaimSums of one': { query: selectClaimSums(database, ['h']) },
    selectDeployments: { query: selectDeployments(database, 'o', 'd', 10) },
    selectInstancesOf: { query: selectInstancesOf(database, idOfDeployment('o', 'd')) },
    selectInstancePage: {
      query: selectInstancePage(database, idOfDeployment('o', 'd'), 'i', 10),
    },
    selectInstanceStates: { query: selectInstanceStates(database, idsOfPage('o', 'd', 10)) },
    'selectInstanceStates of one': {
      query: selectInstanceStates(database, idOfDeployment('o', 'd')),
    },
    selectEvents: { query: selectEvents(database, 'o', 'd', { before: 'evt', limit: 10 }) },
    selectInstanceEvents: {
      query: selectInstanceEvents(database, 'o', 'i', { before: 'evt', limit: 10 }),
    },
    insertReportEvent: {
      query: insertReportEvent(database, { id: 'evt', type: 'ready', report }, host, 1),
    },
    tidyAfterSync: {
      query: tidyAfterSync(database, lineOfSpeaker('s', 'evt'), [{ id: 'evt', report }]),
    },
    insertArrivalEvent: {
      query: insertArrivalEvent(database, speaker, { id: 'evt', agentVersion: '0' }, 1),
    },
    'tidyTimelines of a step': { query: tidyTimelines(database, newestLine('d')) },
    selectOnDrained: { query: selectOnDrained(database, 10) },
    selectUnsettled: { query: selectUnsettled(database, 10) },
    selectDeleting: { query: selectDeleting(database, 10) },
    selectHostsBehind: { query: selectHostsBehind(database, 10) },
    selectHubs: { query: selectHubs(database) },
    endHoldsOfReturned: { query: endHoldsOfReturned(database) },
    selectReservation: { query: selectReservation(database, 'o') },
    deleteReservation: { query: deleteReservation(database, 'i') },
    isOpenTo: { query: { getSQL: () => sql`SELECT ${isOpenTo('o', 'h', 'i')}` } },
    isOldestToWait: { query: { getSQL: () => sql`SELECT ${isOldestToWait('o', 'i')}` } },
    selectPending: { query: selectPending(database, 'o', 10) },
    markOffline: { query: markOffline(database, 'o', ['h', 'i'], 1) },
    markUnreachable: { query: markUnreachable(database, 'o', ['h', 'i'], 1) },
    noteLastSeen: { query: noteLastSeen(database, 'o', silent) },
    holdReplacement: { query: holdReplacement(database, 'o', 1) },
    endHold: { query: endHold(database, 'o', 1) },
    selectUnreachable: { query: selectUnreachable(database, 'o') },
    advanceVersionsOn: { query: advanceVersionsOn(database, 'h', 1) },
    insertRemovalEvents: { query: insertRemovalEvents(database, 'h', 'words', 1) },
    unplaceInstances: { query: unplaceInstances(database, 'h', 'words', 1) },
    endLeavingInstances: { query: endLeavingInstances(database, 'h', 'words', 1) },
    deleteLaunchesOn: { query: deleteLaunchesOn(database, 'h') },
    'endLaunches: freeClaims': { query: ended.freeClaims },
    'endLaunches: tellStopped': { query: ended.tellStopped },
    'endLaunches: stopInstances': { query: ended.stopInstances },
    'endLaunches: deleteLaunches': { query: ended.deleteLaunches },
    recordReport: { query: recordReport(database, report, host, 1) },
    selectRolling: { query: selectRolling(database, 10) },
    selectFallback: { query: selectFallback(database, 'd') },
    selectDeploymentRevision: { query: selectDeploymentRevision(database, 'd', 1) },
    selectDeploymentRevisions: { query: selectDeploymentRevisions(database, 'd', 9, 10) },
    selectBarredPorts: { query: selectBarredPorts(database, 'o', 1) },
    selectLaunchesOn: { query: selectLaunchesOn(database, 'o', 'h') },
    selectHostEvents: { query: selectHostEvents(database, 'o', 'h', 'evt', 10) },
    markSuspect: { query: markSuspect(database, 'o', ['h', 'i'], 1) },
  };

test.each(Object.entries(queries))(
  '%s finds its rows by a key',
  async (_name, { query, scans }) => {
    const plan = await planOf(client, query);
    expect(plan).not.toEqual([]);
    // What was gathered before is no table.
    const gathered = plan.flatMap(
      (step) => /^(?:MATERIALIZE|CO-ROUTINE) (\S+)/.exec(step)?.[1] ?? [],
    );
    const scanned = plan
      .filter((step) => /^SCAN /.test(step) && !/VIRTUAL TABLE|CONSTANT ROW/.test(step))
      // A partial index holds what is looked for and nothing else.
      .filter((step) => !partialIndexes.some((index) => step.endsWith(` INDEX ${index}`)))
      .map((step) => step.split(' ')[1])
      .filter((name) => name === undefined || !gathered.includes(name));
    // An exception that is none any more is a fault too: it would hide the next.
    expect([...new Set(scanned)], plan.join('\n')).toEqual(scans ? [scans[0]] : []);
  },
);
