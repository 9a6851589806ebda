import { SimpleGrid } from '@mantine/core';
import { Part } from '../../parts/part.tsx';
import { NumberField, TextField } from './fields.tsx';
import { useForm } from './form-context.tsx';

const seconds = ' s';

export function HealthFields() {
  const { backend } = useForm();
  return (
    <Part title="Health check">
      <TextField
        field="health_path"
        pointer="/health/path"
        label="Path"
        placeholder={backend?.health_check_path ?? '/v1/models'}
        description="The path to check. Leave empty for the backend's."
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NumberField
          field="start_timeout_seconds"
          pointer="/health/start_timeout_seconds"
          label="Time to start"
          placeholder="3600 s"
          description="How long it may take to become ready for the first time."
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
          label="Response timeout"
          placeholder="5 s"
          suffix={seconds}
          allowDecimal
        />
        <NumberField
          field="failure_threshold"
          pointer="/health/failure_threshold"
          label="Failures before unhealthy"
          placeholder="3"
        />
        <NumberField
          field="restart_after_seconds"
          pointer="/health/restart_after_seconds"
          label="Restart when unhealthy for"
          placeholder="300 s"
          description="0 means never."
          suffix={seconds}
        />
      </SimpleGrid>
    </Part>
  );
}

export function ChangeFields() {
  return (
    <Part title="Changes and failures">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NumberField
          field="stop_grace_seconds"
          pointer="/stop_grace_seconds"
          label="Grace period for stopping"
          placeholder="30 s"
          description="After that the container is killed."
          suffix={seconds}
        />
        <NumberField
          field="min_ready_seconds"
          pointer="/rollout/min_ready_seconds"
          label="Ready for, before it counts as good"
          placeholder="0 s"
          suffix={seconds}
        />
        <NumberField
          field="deadline_seconds"
          pointer="/rollout/deadline_seconds"
          label="Give up a change after"
          placeholder="3600 s"
          description="Without progress. The previous revision keeps serving."
          suffix={seconds}
        />
        <NumberField
          field="replace_after_seconds"
          pointer="/replace_after_seconds"
          label="Replace when its host is silent for"
          placeholder="120 s"
          suffix={seconds}
        />
      </SimpleGrid>
    </Part>
  );
}
