import { SimpleGrid, Stack, Text } from '@mantine/core';
import type { HostDetail, Inventory } from '../../../../contract/host.ts';
import { Fact } from '../../parts/fact.tsx';
import { RelativeTime } from '../../parts/relative-time.tsx';
import { sizeText } from '../../parts/size-text.ts';

/** What the machine is, as its agent tells it. */
export function InventoryFacts({ host }: { host: HostDetail }) {
  const { inventory, agent_version, agent_update, created_at, secret_changed_at } = host;
  return (
    <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 3 }} spacing="lg" m={0}>
      <Fact term="Agent">
        {agent_version ?? 'no contact yet'}
        {agent_update !== null && (
          <Text size="xs" c="dimmed" span display="block">
            {agent_update}
          </Text>
        )}
      </Fact>
      <Fact term="Enrolled">
        <RelativeTime time={created_at} />
      </Fact>
      <Fact term="Secret">
        {secret_changed_at === null ? (
          'from enrolment'
        ) : (
          <>
            replaced <RelativeTime time={secret_changed_at} />
          </>
        )}
      </Fact>
      {inventory && <Machine inventory={inventory} />}
    </SimpleGrid>
  );
}

function Machine({ inventory }: { inventory: Inventory }) {
  const { hostname, os, architecture, cpus, memory_bytes, port_range, docker } = inventory;
  const drivers = inventory.drivers?.map(
    ({ framework, driver_version, runtime_version }) =>
      `${framework} ${driver_version}${runtime_version === null ? '' : `, up to ${runtime_version}`}`,
  );
  const disks = inventory.disks?.map(
    ({ role, path, total_bytes }) => `${role}: ${path}, ${sizeText(total_bytes)}`,
  );
  return (
    <>
      <Fact term="Host name">{hostname}</Fact>
      <Fact term="System">
        {os}, {architecture}
      </Fact>
      <Fact term="Processors and memory">
        {cpus} CPUs, {sizeText(memory_bytes)}
      </Fact>
      <Fact term="Docker">{docker === null ? 'does not answer' : dockerInWords(docker)}</Fact>
      <Lines term="Drivers" lines={drivers} />
      <Lines term="Disks" lines={disks} />
      <Lines term="Addresses" lines={inventory.addresses} />
      <Fact term="Ports for instances">
        {port_range.first} to {port_range.last}
      </Fact>
      <Lines term="Model sources" lines={inventory.model_sources} />
      <Lines term="Models on disk" lines={inventory.models} />
      <Lines term="Images on disk" lines={inventory.images} />
    </>
  );
}

function dockerInWords({
  version,
  api_version,
  nvidia_toolkit,
}: NonNullable<Inventory['docker']>): string {
  const words = [version];
  if (api_version !== undefined) words.push(`API ${api_version}`);
  if (nvidia_toolkit !== undefined) {
    words.push(nvidia_toolkit ? 'gives NVIDIA GPUs to containers' : 'no NVIDIA container toolkit');
  }
  return words.join(', ');
}

/** Undefined: its agent does not tell. */
function Lines({ term, lines }: { term: string; lines: readonly string[] | undefined }) {
  return (
    <Fact term={term}>
      {lines === undefined && 'not reported'}
      {lines?.length === 0 && 'none'}
      <Stack gap={2} component="span">
        {lines?.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </Stack>
    </Fact>
  );
}
