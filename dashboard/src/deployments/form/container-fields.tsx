import { Select, SimpleGrid } from '@mantine/core';
import { Part } from '../../parts/part.tsx';
import { Choice } from './choice.tsx';
import type { Draft } from './draft.ts';
import { NumberField } from './fields.tsx';
import { useField, useForm } from './form-context.tsx';

const pullPolicies: { value: Draft['image_pull_policy']; label: string }[] = [
  { value: 'if_not_present', label: 'If not present' },
  { value: 'always', label: 'Always' },
  { value: 'never', label: 'Never' },
];

export function ContainerFields() {
  const { draft, set } = useForm();
  const policy = useField('/image_pull_policy', 'When a host pulls the image.');
  return (
    <Part title="Container">
      <Choice
        label="Network"
        pointer="/network"
        value={draft.network}
        options={[
          { value: 'host', label: "The host's" },
          { value: 'bridge', label: 'Its own' },
        ]}
        description="With its own network, the container's port is published."
        onChange={(network) => set({ network })}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NumberField
          field="shm_gib"
          pointer="/shm_bytes"
          label="Shared memory"
          placeholder="10 GiB"
          description="Size of /dev/shm."
          suffix=" GiB"
          allowDecimal
        />
        <NumberField
          field="memory_gib"
          pointer="/memory_bytes"
          label="Memory limit"
          placeholder="none"
          description="Claimed on the host."
          suffix=" GiB"
          allowDecimal
        />
        <NumberField
          field="cpus"
          pointer="/cpus"
          label="CPU limit"
          placeholder="none"
          allowDecimal
        />
        <Select
          {...policy}
          label="Pull policy"
          data={pullPolicies}
          value={draft.image_pull_policy}
          onChange={(value) => {
            const chosen = pullPolicies.find((one) => one.value === value);
            if (chosen) set({ image_pull_policy: chosen.value });
          }}
          allowDeselect={false}
        />
      </SimpleGrid>
    </Part>
  );
}
