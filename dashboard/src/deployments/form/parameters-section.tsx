import { Button } from '@mantine/core';
import { Section } from '../../parts/section.tsx';
import { type TextRow, TextRows } from '../../parts/text-rows.tsx';
import { useForm } from './form-context.tsx';

export function ParametersSection() {
  const { draft, set, backend, errors, warnings } = useForm();
  const own = backend?.default_backend_param ?? [];
  const rows =
    draft.parameters ?? own.map((text, index): TextRow => ({ id: `own-${index}`, text }));
  const isOwn = draft.parameters === null;
  return (
    <Section
      title="Parameters"
      description={
        own.length > 0 && isOwn
          ? `Added to the command. These are the defaults of ${backend?.backend_name}.`
          : 'Added to the command, such as --max-model-len 16384.'
      }
    >
      <TextRows
        what="parameter"
        rows={rows}
        onChange={(parameters) => set({ parameters })}
        pointerOf={(index) => `/backend_parameters/${index}`}
        errorOf={(pointer) => errors.of.get(pointer)?.join(' ')}
        warningOf={(pointer) => warnings.of.get(pointer)?.join(' ')}
        suggestions={backend?.common_parameters ?? []}
        placeholder="--flag value"
        besideAdd={
          !isOwn &&
          own.length > 0 && (
            <Button variant="subtle" size="xs" onClick={() => set({ parameters: null })}>
              Reset to the backend's defaults
            </Button>
          )
        }
      />
    </Section>
  );
}
