import { SimpleGrid, Skeleton, Stack } from '@mantine/core';

export function PageSkeleton() {
  return (
    <Stack p="md" role="status" aria-busy aria-label="Loading">
      <Skeleton h={32} w={240} />
      <RowsSkeleton />
    </Stack>
  );
}

export function RowsSkeleton({ rows = 6 }: { rows?: number }) {
  return (
    <Stack gap="sm" aria-busy>
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <Skeleton key={row} h={40} />
      ))}
    </Stack>
  );
}

export function CardsSkeleton({ cards = 6 }: { cards?: number }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} aria-busy>
      {Array.from({ length: cards }, (_, card) => card).map((card) => (
        <Skeleton key={card} h={168} radius="md" />
      ))}
    </SimpleGrid>
  );
}
