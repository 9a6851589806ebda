import { Box, Button, Select, SimpleGrid, Stack, Title } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId } from 'react';
import { CommandFields } from './backend-section.tsx';
import { Choice } from './choice.tsx';
import { customBackend, type Draft } from './draft.ts';
import { NumberField, TextField } from './fields.tsx';
import { useField, useForm } from './form-context.tsx';

/** What most never need. It is folded away, and opens where something in it is wrong. */
export function AdvancedSection({
  isOpen,
  setOpen,
}: {
  isOpen: boolean;
  setOpen: (isOpen: boolean) => void;
}) {
  const { draft } = useForm();
  const id = useId();
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <Stack component="section" gap="sm" aria-label="Advanced">
      <Button
        variant="subtle"
        color="gray"
        px={0}
        w="fit-content"
        aria-expanded={isOpen}
        aria-controls={id}
        leftSection={<Chevron size={18} />}
        onClick={() => setOpen(!isOpen)}
      >
        Advanced
      </Button>
      {/* Not animated: what is wrong in it gets the focus at once. */}
      <Box id={id} hidden={!isOpen}>
        <Stack gap="xl">
          {draft.backend !== customBackend && (
            <Part title="Image and command">
              <TextField
                field="image_name"
                pointer="/image_name"
                label="Image"
                description="Takes the place of the image of the backend's version."
              />
              <CommandFields />
            </Part>
          )}
          <ContainerFields />
          <HealthFields />
          <ChangeFields />
        </Stack>
      </Box>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Title order={3} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

const pullPolicies: { value: Draft['image_pull_policy']; label: string }[] = [
  { value: 'if_not_present', label: 'If it is not there' },
  { value: 'always', label: 'Always' },
  { value: 'never', label: 'Never' },
];

function ContainerFields() {
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
          { value: 'bridge', label: 'Its own, with a published port' },
        ]}
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

const seconds = ' s';

function HealthFields() {
  const { backend } = useForm();
  return (
    <Part title="Health check">
      <TextField
        field="health_path"
        pointer="/health/path"
        label="Path"
        placeholder={backend?.health_check_path ?? '/v1/models'}
        description="What is asked. Left out: the backend's."
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NumberField
          field="start_timeout_seconds"
          pointer="/health/start_timeout_seconds"
          label="Time to start"
          placeholder="3600 s"
          description="Until it is ready for the first time."
          suffix={seconds}
        />
        <NumberField
          field="interval_seconds"
          pointer="/health/interval_seconds"
          label="Interval"
          placeholder="10 s"
          suffix={seconds}
          allowDecimal
        />
        <NumberField
          field="timeout_seconds"
          pointer="/health/timeout_seconds"
          label="Timeout of an answer"
          placeholder="5 s"
          suffix={seconds}
          allowDecimal
        />
        <NumberField
          field="failure_threshold"
          pointer="/health/failure_threshold"
          label="Failures until unhealthy"
          placeholder="3"
        />
        <NumberField
          field="restart_after_seconds"
          pointer="/health/restart_after_seconds"
          label="Restart when unhealthy for"
          placeholder="300 s"
          description="0: never."
          suffix={seconds}
        />
      </SimpleGrid>
    </Part>
  );
}

function ChangeFields() {
  return (
    <Part title="Changes and failures">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NumberField
          field="stop_grace_seconds"
          pointer="/stop_grace_seconds"
          label="Grace to stop"
          placeholder="30 s"
          description="Then the container is killed."
          suffix={seconds}
        />
        <NumberField
          field="min_ready_seconds"
          pointer="/rollout/min_ready_seconds"
          label="Ready for, to count as good"
          placeholder="0 s"
          suffix={seconds}
        />
        <NumberField
          field="deadline_seconds"
          pointer="/rollout/deadline_seconds"
          label="Give a change up after"
          placeholder="3600 s"
          description="Without progress; the revision before it serves on."
          suffix={seconds}
        />
        <NumberField
          field="replace_after_seconds"
          pointer="/replace_after_seconds"
          label="Replace on a silent host after"
          placeholder="120 s"
          suffix={seconds}
        />
      </SimpleGrid>
    </Part>
  );
}
