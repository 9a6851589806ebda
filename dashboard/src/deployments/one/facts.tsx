import { Anchor, SimpleGrid, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Deployment } from '../../../../contract/deployment.ts';
import { Fact } from '../../parts/fact.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { gpusOf, isCustom, modelOf, servedBy, wantedOf } from '../words.ts';

/** The few things that one looks for first. */
export function Facts({ deployment }: { deployment: Deployment }) {
  const { status, revision } = deployment;
  const backend = servedBy(deployment);
  return (
    <SimpleGrid component="dl" cols={{ base: 2, sm: 3, lg: 6 }} spacing="md" m={0}>
      <Fact term="Ready">
        {status.ready_replicas} of {wantedOf(deployment)}
      </Fact>
      <Fact term="Model">{modelOf(deployment) ?? 'none'}</Fact>
      <Fact term="Backend">
        {isCustom(deployment) ? (
          backend.name
        ) : (
          <Anchor component={Link} href={`/backends/${backend.name}`} size="sm">
            {backend.name}
          </Anchor>
        )}
        <Text size="xs" c="dimmed">
          {backend.version}
        </Text>
      </Fact>
      <Fact term="GPUs each">{gpusOf(deployment)}</Fact>
      <Fact term="Revision">{revision}</Fact>
      <Fact term="Deployed">
        <RelativeTime time={deployment.created_at} />
      </Fact>
    </SimpleGrid>
  );
}
