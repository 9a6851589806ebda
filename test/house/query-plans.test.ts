import type { SQL } from 'drizzle-orm';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import type { SyncRequest } from '../../contract/agent-protocol.ts';
import {
  idOfDeployment,
  idsOfPage,
  selectDeleting,
  selectDeployments,
} from '../../src/deployments/store/deployments.ts';
import { selectEvents } from '../../src/deployments/store/events.ts';
import {
  selectDesired,
  selectInstancePage,
  selectInstanceStates,
  selectInstancesOf,
  selectOnDrained,
  selectPending,
  selectUnsettled,
} from '../../src/deployments/store/instances.ts';
import { markUnreachable } from '../../src/deployments/store/reports.ts';
import { selectClaimSums, selectClaims, selectClaimsOn } from '../../src/hosts/store/claims.ts';
import {
  hostOf,
  idsOfPage as idsOfHostPage,
  markOffline,
  recordSync,
  selectHosts,
  selectHostsBehind,
  selectHubs,
  selectSyncedHost,
} from '../../src/hosts/store/hosts.ts';
import {
  holdReplacement,
  noteLastSeen,
  releaseReplacement,
  releaseReplacements,
} from '../../src/hosts/store/silence.ts';
import { inventoryWith } from '../support/fake-agent.ts';
import { newMemoryDatabase } from '../support/memory-database.ts';

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
const dialect = new SQLiteSyncDialect();

const speaker = { secretHash: 's', epoch: 1, processId: 'process-1', seq: 1 };
const host = hostOf(speaker);
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

/** `scans`: a table that it may read from end to end, and why. */
const queries: Record<string, { query: { getSQL(): SQL }; scans?: [table: string, why: string] }> =
  {
    hostOf: { query: { getSQL: () => host } },
    selectDesired: { query: selectDesired(database, host, { revision: 1, era: 'e' }) },
    selectSyncedHost: { query: selectSyncedHost(database, 's') },
    recordSync: { query: recordSync(database, speaker, sync, 1) },
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
    selectEvents: { query: selectEvents(database, 'o', 'd', 'evt', 10) },
    selectOnDrained: { query: selectOnDrained(database, 10) },
    selectUnsettled: { query: selectUnsettled(database, 10) },
    selectDeleting: { query: selectDeleting(database, 10) },
    selectHostsBehind: {
      query: selectHostsBehind(database, 10),
      scans: [
        'hosts',
        'once a minute; an index would cost a written row with each change of a host',
      ],
    },
    selectHubs: { query: selectHubs(database), scans: ['hosts', 'once a minute'] },
    releaseReplacements: {
      query: releaseReplacements(database),
      scans: ['orgs', 'once a minute, and a row of an organisation is small'],
    },
    selectPending: { query: selectPending(database, 'o', 10) },
    markOffline: { query: markOffline(database, 'o', ['h', 'i'], 1) },
    markUnreachable: { query: markUnreachable(database, 'o', ['h', 'i'], 1) },
    noteLastSeen: { query: noteLastSeen(database, 'o', silent) },
    holdReplacement: { query: holdReplacement(database, 'o', 1) },
    releaseReplacement: { query: releaseReplacement(database, 'o') },
  };

test.each(Object.entries(queries))(
  '%s finds its rows by a key',
  async (_name, { query, scans }) => {
    const { sql, params } = dialect.sqlToQuery(query.getSQL());
    const { rows } = await client.execute({
      sql: `EXPLAIN QUERY PLAN ${sql.replace(/^\((.*)\)$/s, '$1')}`,
      args: params.map((value) => (typeof value === 'number' ? value : String(value))),
    });
    const plan = rows.map((row) => String(row.detail));
    expect(plan).not.toEqual([]);
    const scanned = plan
      .filter((step) => /^SCAN /.test(step) && !step.includes('VIRTUAL TABLE'))
      // A partial index holds what is looked for and nothing else.
      .filter((step) => !partialIndexes.some((index) => step.endsWith(` INDEX ${index}`)))
      .map((step) => step.split(' ')[1]);
    // An exception that is none any more is a fault too: it would hide the next.
    expect(scanned, plan.join('\n')).toEqual(scans ? [scans[0]] : []);
  },
);
