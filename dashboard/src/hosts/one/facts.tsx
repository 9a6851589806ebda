import { SimpleGrid } from '@mantine/core';
import type { HostDetail } from '../../../../contract/host.ts';
import { CopyableText } from '../../parts/copy.tsx';
import { Fact } from '../../parts/fact.tsx';
import { Meter } from '../../parts/meter.tsx';
import { sizeText } from '../../parts/size-text.ts';
import { GpuCells } from '../gpu-cells.tsx';
import { gpuUseOf, instancesInWords } from '../gpu-use.ts';
import { HostLabels } from '../labels.tsx';
import { LastSign } from '../last-sign.tsx';

/** The few things that one looks for first. */
export function Facts({ host }: { host: HostDetail }) {
  const { id, labels, inventory, claimed } = host;
  const hasGpus = inventory !== null && inventory.gpus.length > 0;
  return (
    <SimpleGrid component="dl" cols={{ base: 2, lg: 3 }} spacing="md" m={0}>
      <Fact term="Link">
        <LastSign host={host} />
      </Fact>
      <Fact term="GPUs">{hasGpus ? <GpuCells use={gpuUseOf(host)} /> : 'none'}</Fact>
      <Fact term="Memory claimed by instances">
        {inventory === null ? (
          'not known yet'
        ) : (
          <Meter
            label="Memory claimed by instances"
            value={claimed.memory_bytes}
            max={inventory.memory_bytes}
            text={`${sizeText(claimed.memory_bytes)} of ${sizeText(inventory.memory_bytes)}`}
          />
        )}
      </Fact>
      <Fact term="Address for instances">
        {inventory === null ? (
          'not known yet'
        ) : (
          <CopyableText value={inventory.address} what="the address" />
        )}
      </Fact>
      <Fact term="Instances">{instancesInWords(host)}</Fact>
      <Fact term="Labels">
        {Object.keys(labels).length === 0 ? 'none' : <HostLabels labels={labels} />}
      </Fact>
      <Fact term="ID" isWide>
        <CopyableText value={id} what="the ID" />
      </Fact>
    </SimpleGrid>
  );
}
