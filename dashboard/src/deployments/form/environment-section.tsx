import { pointerTo } from '../../../../contract/json.ts';
import { KeyValueRows } from '../../parts/key-value-rows.tsx';
import { Section } from '../../parts/section.tsx';
import { useForm } from './form-context.tsx';

export function EnvironmentSection() {
  const { draft, set, errors, warnings } = useForm();
  return (
    <Section
      title="Environment"
      description="Variables for the container. They override the backend's, and {{secrets.NAME}} inserts the value of a secret."
    >
      <KeyValueRows
        what="variable"
        rows={draft.env}
        onChange={(env) => set({ env })}
        pointerOf={(key) => pointerTo('env', key)}
        errorOf={(pointer) => errors.of.get(pointer)?.join(' ')}
        warningOf={(pointer) => warnings.of.get(pointer)?.join(' ')}
        keyPlaceholder="NAME"
        valuePlaceholder="value"
      />
    </Section>
  );
}
