import { Text } from '@mantine/core';
import classes from './gpu-cells.module.css';
import { type GpuUse, gpuUseInWords } from './gpu-use.ts';

/** One cell for each GPU: filled, hatched or empty, and the same in words. */
export function GpuCells({ use }: { use: GpuUse }) {
  const { granted, shared, free } = use;
  const kinds = [
    ...Array.from({ length: granted }, () => classes.granted),
    ...Array.from({ length: shared }, () => classes.shared),
    ...Array.from({ length: free }, () => ''),
  ];
  const words = gpuUseInWords(use);
  return (
    <div>
      <div className={classes.cells} role="img" aria-label={`GPUs: ${words}`}>
        {kinds.map((kind, position) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: cells are alike, and have no name
          <span key={position} className={`${classes.cell} ${kind}`} />
        ))}
      </div>
      <Text size="xs" mt={4} aria-hidden>
        {words}
      </Text>
    </div>
  );
}
