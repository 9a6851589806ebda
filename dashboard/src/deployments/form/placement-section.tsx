import { Input, TagsInput } from '@mantine/core';
import { pointerTo } from '../../../../contract/json.ts';
import { useHosts } from '../../hosts/queries.ts';
import { KeyValueRows } from '../../parts/key-value-rows.tsx';
import { Section } from '../../parts/section.tsx';
import { Choice } from './choice.tsx';
import { useField, useForm } from './form-context.tsx';

export function PlacementSection() {
  const { draft, set, errors } = useForm();
  const hosts = useHosts();
  const wiring = useField('/placement/hosts', 'Names or IDs. Leave empty for any host that fits.');
  return (
    <Section title="Placement" description="Which hosts instances are placed on.">
      <Choice
        label="Spread across hosts"
        pointer="/placement/strategy"
        value={draft.strategy}
        options={[
          { value: 'spread', label: 'Over many' },
          { value: 'binpack', label: 'On few' },
        ]}
        onChange={(strategy) => set({ strategy })}
      />
      <Input.Wrapper label="Labels a host must have" labelElement="div" labelProps={{ mb: 4 }}>
        <KeyValueRows
          what="label"
          rows={draft.labels}
          onChange={(labels) => set({ labels })}
          pointerOf={(key) => pointerTo('placement', 'host_labels', key)}
          errorOf={(pointer) => errors.of.get(pointer)?.join(' ')}
          keyPlaceholder="zone"
          valuePlaceholder="a"
        />
      </Input.Wrapper>
      <TagsInput
        {...wiring}
        label="Only these hosts"
        data={[...new Set((hosts.data ?? []).map(({ name }) => name))]}
        value={draft.hosts}
        onChange={(names) => set({ hosts: names })}
        acceptValueOnBlur
      />
    </Section>
  );
}
