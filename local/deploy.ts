import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { describeSize } from './build/sizes.ts';
import { buildAll } from './build.ts';
import { readSecrets, type Secrets } from './deploy/secrets.ts';
import { DONE_TEXT, howToMake, planText, usage } from './deploy/texts.ts';
import { assertSignedIn, deployWorker, tryDeployWorker } from './deploy/wrangler.ts';
import { SetupError } from './docker/setup-error.ts';
import { migrateDatabase, migrationsFolder } from './migrate.ts';
import { inRepository } from './paths.ts';

async function main(): Promise<void> {
  const flag = { type: 'boolean' } as const;
  const { values: flags } = parseArgs({ options: { yes: flag, 'dry-run': flag, help: flag } });
  if (flags.help) {
    process.stdout.write(usage);
    return;
  }
  const { values, missing, faults } = readSecrets(process.env, new Date());
  if (faults.length > 0) {
    throw new SetupError(faults.join('\n'), 'Correct what the environment says, then try again.');
  }
  const secrets = allOf(values);
  if (secrets === null && !flags['dry-run']) {
    throw new SetupError(`The environment lacks ${missing.join(', ')}.`, howToMake(missing));
  }
  console.log(planText(await plan(values)));
  if (secrets === null || flags['dry-run']) {
    if (missing.length > 0) console.log(`${howToMake(missing)}\n`);
    console.log('Dry run: nothing is changed, no network is used.');
    await tryDeployWorker(packageVersion());
    return;
  }
  if (!flags.yes) await confirm();
  await assertSignedIn();
  const applied = await migrate(secrets);
  console.log(`Database: ${applied} migrations applied.`);
  await deployWorker({ secrets, version: packageVersion() });
  console.log(DONE_TEXT);
}

async function plan(values: Partial<Secrets>): Promise<Parameters<typeof planText>[0]> {
  const { worker } = await buildAll();
  return {
    databaseUrl: values.DATABASE_URL,
    migrations: readMigrationFiles({ migrationsFolder }).length,
    worker: 'longshore',
    size: describeSize(worker),
  };
}

function allOf({
  DATABASE_URL,
  DATABASE_AUTH_TOKEN,
  ADMIN_TOKEN,
  SECRETS_KEY,
}: Partial<Secrets>): Secrets | null {
  if (!DATABASE_URL || !DATABASE_AUTH_TOKEN || !ADMIN_TOKEN || !SECRETS_KEY) return null;
  return { DATABASE_URL, DATABASE_AUTH_TOKEN, ADMIN_TOKEN, SECRETS_KEY };
}

async function migrate({ DATABASE_URL, DATABASE_AUTH_TOKEN }: Secrets): Promise<number> {
  const address = { url: DATABASE_URL, authToken: DATABASE_AUTH_TOKEN };
  return migrateDatabase(address).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupError(
      `The database could not be migrated, and was left as it was: ${reason}`,
      'Check DATABASE_URL and DATABASE_AUTH_TOKEN (turso db show, turso db tokens create). The Worker was not deployed.',
    );
  });
}

async function confirm(): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new SetupError(
      'Nobody is there to confirm.',
      'Add --yes: make deploy DEPLOY_FLAGS=--yes',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Deploy? [y/N] ');
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new SetupError('Not deployed.', 'Nothing was changed.');
}

function packageVersion(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(inRepository('package.json'), 'utf8'),
  );
  return manifest.version;
}

main().catch((error: unknown) => {
  if (error instanceof SetupError) console.error(`${error.message}\n${error.hint}`);
  // parseArgs throws TypeErrors that are written for people.
  else console.error(error instanceof TypeError ? error.message : error);
  process.exitCode = 1;
});
