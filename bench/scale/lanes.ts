/** Does `work` on every item, at most `width` at a time: lane k takes items k, k + width, and so on, in this order. */
export async function inLanes<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let failed = false;
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async (_, lane) => {
      for (let index = lane; index < items.length && !failed; index += width) {
        try {
          await work(items[index] as Item, index);
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    }),
  );
}
