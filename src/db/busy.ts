/** As often is one request made while the database is busy: about a second in all. */
const attempts = 6;
const firstWaitMs = 20;

/**
 * Runs `ask` again while the database says that another writer held it for too long, which it does to all that wait at
 * once: then nothing was done, and a moment later it has room. Jitter keeps them from coming back together.
 * @throws what `ask` threw last
 */
export async function whileBusy<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isBusy(error) || attempt === attempts) throw error;
      const longest = firstWaitMs * 2 ** attempt;
      await new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}
