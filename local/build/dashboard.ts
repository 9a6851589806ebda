import { SetupError } from '../docker/setup-error.ts';
import { inRepository } from '../paths.ts';

export const dashboardFolder = inRepository('dist/dashboard');

/** Builds the dashboard's pages into `dist/dashboard`. Throws `SetupError` with the bundler's words. */
export async function buildDashboard(): Promise<void> {
  // Loads the bundler, which a start with nothing to build does without.
  const { build } = await import('vite');
  // A test runner's own word for it would make the bundler take React's build for development: larger, and slower.
  const environment = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    await build({ configFile: inRepository('dashboard/vite.config.ts'), logLevel: 'error' });
  } catch (error) {
    throw new SetupError(
      `The dashboard cannot be built: ${error instanceof Error ? error.message : error}`,
      'Correct what the bundler names above.',
    );
  } finally {
    if (environment === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = environment;
  }
}
