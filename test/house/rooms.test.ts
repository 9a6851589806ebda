import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** A room, and which rooms it may import from besides itself. The first that a path begins with is its room. */
const rooms: [path: string, mayImport: string[]][] = [
  ['contract/', []],
  ['src/worker.ts', ['src/', 'contract/']],
  ['src/app.ts', ['src/api/', 'src/http/', 'src/db/', 'src/env.ts', 'contract/']],
  ['src/print-openapi.ts', ['src/app.ts', 'src/http/']],
  ['src/env.ts', ['src/hub/', 'contract/']],
  [
    'src/api/',
    [
      'src/http/',
      'src/hub/',
      'src/deployments/',
      'src/hosts/',
      'src/backends/',
      'src/tenancy/',
      'contract/',
    ],
  ],
  ['src/http/', ['src/tenancy/', 'src/db/', 'src/env.ts', 'contract/']],
  [
    'src/deployments/',
    [
      'src/hosts/',
      'src/backends/',
      'src/tenancy/',
      'src/db/',
      'src/launch/',
      'src/placement/',
      'contract/',
    ],
  ],
  ['src/hosts/', ['src/tenancy/', 'src/db/', 'src/placement/', 'contract/']],
  ['src/backends/', ['src/tenancy/', 'src/db/', 'src/launch/', 'contract/', 'dist/catalogue.json']],
  ['catalog/', ['contract/']],
  ['src/tenancy/', ['src/db/', 'contract/']],
  ['src/db/', ['contract/']],
  ['src/launch/', ['contract/']],
  ['src/placement/', ['contract/']],
  ['src/hub/', ['src/env.ts', 'contract/']],
  ['agent/', ['contract/']],
  ['dashboard/', ['contract/']],
  ['demo/', []],
  ['local/', ['contract/', 'demo/', 'agent/build.ts']],
  ['simulation/', ['src/', 'agent/', 'contract/']],
];

/** Rooms whose files do no I/O and read no clock. */
const pureRooms = [
  'src/launch/',
  'src/placement/',
  'src/deployments/model.ts',
  'src/deployments/status.ts',
  'src/deployments/representation.ts',
  'src/deployments/rollout.ts',
  'src/deployments/placer.ts',
  'src/deployments/progress.ts',
  'src/deployments/outcome.ts',
  'src/deployments/reservation.ts',
  'src/deployments/silence.ts',
  'src/deployments/steps.ts',
  'src/deployments/template.ts',
  'src/hub/liveness.ts',
  'src/hub/retry.ts',
  'agent/plan.ts',
  'agent/policy/image-pattern.ts',
  'agent/policy/judge.ts',
  'agent/policy/policy.ts',
];

const sources = rooms
  .map(([path]) => path)
  .filter((path) => path.endsWith('/'))
  .flatMap((folder) => filesIn(folder))
  .concat('src/worker.ts', 'src/app.ts', 'src/env.ts', 'src/print-openapi.ts');

test('no room imports from a room above it', () => {
  const faults: string[] = [];
  for (const file of sources) {
    const [room, allowed] = roomOf(file);
    for (const target of ownImports(file)) {
      const inside = room.endsWith('/') && target.startsWith(room);
      if (!inside && !allowed.some((path) => target.startsWith(path))) {
        faults.push(`${file} imports ${target}`);
      }
    }
  }
  expect(faults).toEqual([]);
});

test('SQL stands in stores and in the database room only', () => {
  const faults = sources.filter(
    (file) =>
      file.startsWith('src/') &&
      /from 'drizzle-orm/.test(read(file)) &&
      !/^src\/db\/|\/store\.ts$|\/store\//.test(file),
  );
  expect(faults).toEqual([]);
});

test('the pure rooms do no I/O and read no clock', () => {
  const faults = sources
    .filter((file) => pureRooms.some((path) => file.startsWith(path)))
    .filter((file) =>
      /\bDate\.now\(|new Date\(\)|Math\.random|\bfetch\(|from 'node:|\bawait\b/.test(read(file)),
    );
  expect(faults).toEqual([]);
});

test('every source file belongs to a room', () => {
  const known = [
    'contract',
    'src',
    'agent',
    'dashboard',
    'demo',
    'local',
    'catalog',
    'test',
    'bench',
    'simulation',
    'drizzle',
    'docs',
  ];
  // As .gitignore names them.
  const made = ['node_modules', 'dist', 'coverage', 'screenshots'];
  const others = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .filter((name) => !known.includes(name) && !made.includes(name));
  expect(others).toEqual([]);
});

function roomOf(file: string): [string, string[]] {
  const room = rooms.find(([path]) => file.startsWith(path));
  if (!room) throw new Error(`${file} is in no room`);
  return room;
}

/** The files of ours that `file` imports, from the repository's root. */
function ownImports(file: string): string[] {
  return Array.from(read(file).matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g), (match) =>
    relative(root, resolve(root, dirname(file), match[1] ?? '')),
  );
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
