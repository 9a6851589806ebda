import { Autocomplete, SimpleGrid, TagsInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { askAll } from '../../api/client.ts';
import { Section } from '../../parts/section.tsx';
import { Choice } from './choice.tsx';
import { TextField } from './fields.tsx';
import { useField, useForm } from './form-context.tsx';
import { suggestedName } from './suggested-name.ts';

export function ModelSection() {
  const { draft, set } = useForm();
  return (
    <Section title="Model">
      <Choice
        label="Where the model's files come from"
        pointer="/model/source"
        value={draft.source}
        options={[
          { value: 'huggingface', label: 'Hugging Face' },
          { value: 'local_path', label: 'Path on the host' },
          { value: 'none', label: 'None' },
        ]}
        onChange={(source) => set({ source })}
        description="None: the image includes its own model, or needs none."
      />
      {draft.source === 'huggingface' && <HubFields />}
      {draft.source === 'local_path' && (
        <TextField
          field="path"
          pointer="/model/path"
          label="Path"
          placeholder="/models/mine"
          description="A folder or file that exists on each host. It is mounted read-only."
          isRequired
        />
      )}
    </Section>
  );
}

function HubFields() {
  const { draft, set, isEdit } = useForm();
  const repository = useField('/model/repo_id', 'In the form owner/name.');
  const include = useField(
    '/model/include',
    'Patterns such as *.safetensors. Leave empty for all files.',
  );
  const isNameSuggested = !isEdit && draft.name === suggestedName(draft.repo_id);
  return (
    <>
      <TextInput
        {...repository}
        label="Repository"
        placeholder="Qwen/Qwen3-8B"
        value={draft.repo_id}
        onChange={(event) => {
          const repo_id = event.currentTarget.value;
          set({ repo_id, ...(isNameSuggested ? { name: suggestedName(repo_id) } : {}) });
        }}
        withAsterisk
        aria-required
        autoComplete="off"
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextField
          field="model_revision"
          pointer="/model/revision"
          label="Revision"
          placeholder="main"
          description="A branch, tag or commit."
        />
        <TextField
          field="file"
          pointer="/model/file"
          label="File"
          placeholder="model-q4_k_m.gguf"
          description="The single file to serve, for GGUF."
        />
        <TagsInput
          {...include}
          label="Files to fetch"
          value={draft.include}
          onChange={(patterns) => set({ include: patterns })}
          acceptValueOnBlur
        />
        <TokenSecret />
      </SimpleGrid>
    </>
  );
}

function TokenSecret() {
  const { draft, set } = useForm();
  const wiring = useField(
    '/model/token_secret',
    'The secret that holds the access token, if one is needed.',
  );
  const secrets = useQuery({
    queryKey: ['secrets', 'names'],
    queryFn: ({ signal }) => askAll<{ name: string }>({ path: '/v1/secrets', signal }),
    refetchInterval: false,
  });
  return (
    <Autocomplete
      {...wiring}
      label="Access token"
      placeholder="name of a secret"
      data={(secrets.data ?? []).map(({ name }) => name)}
      value={draft.token_secret}
      onChange={(token_secret) => set({ token_secret })}
    />
  );
}
