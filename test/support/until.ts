/**
 * Waits until `probe` gives something other than undefined or false, and gives it.
 * @throws after `timeoutMs`, with what `seen` says then
 */
export async function until<Value>(
  what: string,
  probe: () => Promise<Value | undefined | false> | Value | undefined | false,
  timeoutMs = 30_000,
  seen: () => unknown = () => null,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) {
      const last = seen();
      const words = last === null ? '' : `; last seen: ${JSON.stringify(last)}`;
      throw new Error(`It did not happen within ${timeoutMs} ms: ${what}${words}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
