import { createBody } from '../docker/create-body.ts';
import type { Engine } from '../docker/engine.ts';
import { nothingGranted } from '../docker/grant.ts';
import { standInImage } from './docker.ts';
import { testLaunch } from './launch-spec.ts';

export interface Foreigners {
  /** Each as the engine describes it, in all that changes when somebody touches it. */
  look(): Promise<unknown[]>;
  remove(): Promise<void>;
}

/** Twenty containers that are not `hostId`'s: of another host, of nobody, ended and never started, some named like ours. */
export async function twentyForeigners(engine: Engine, hostId: string): Promise<Foreigners> {
  const ids = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const instance_id = `foreign-${hostId}-${at}`;
      const runs = at < 3;
      const args = runs ? ['serve', '--startup-delay-ms', '2000000000'] : ['--fail-at-start', '3'];
      const launch = testLaunch({ instance_id, image: standInImage, args });
      const made = createBody({
        launch,
        host_id: `${hostId}-other`,
        desired: { era: 'other', revision: 1 },
        secrets: new Map(),
        grant: nothingGranted,
        model_folder: null,
      });
      if (!made.ok) throw new Error(made.message);
      // Every other one has no label at all.
      const Labels = at % 2 === 0 ? made.body.Labels : {};
      const id = await engine.create(launch.name, { ...made.body, Labels });
      if (at < 6) await engine.start(id);
      return id;
    }),
  );
  const look = () =>
    Promise.all(
      ids.map(async (id) => {
        const found = await engine.inspect(id);
        return {
          id,
          name: found?.Name,
          started: found?.State.StartedAt,
          state: found?.State.Status,
        };
      }),
    );
  // Those that end by themselves have.
  for (let ended = false; !ended; ) {
    const states = await look();
    ended = states.slice(3, 6).every(({ state }) => state === 'exited');
  }
  return {
    look,
    async remove() {
      await Promise.all(ids.map((id) => engine.remove(id)));
    },
  };
}
