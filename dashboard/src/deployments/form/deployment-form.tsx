import { Grid, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import type { Backend } from '../../../../contract/backend.ts';
import type { JsonObject } from '../../../../contract/json.ts';
import { findingsOf, noFindings } from '../../parts/findings.ts';
import classes from '../../parts/form-layout.module.css';
import { AdvancedSection } from './advanced-section.tsx';
import { BackendSection } from './backend-section.tsx';
import { missingForPreview } from './check.ts';
import { EnvironmentSection } from './environment-section.tsx';
import { fieldAt } from './field-at.ts';
import { DeploymentFormProvider } from './form-context.tsx';
import { ModelSection } from './model-section.tsx';
import { NameSection } from './name-section.tsx';
import { ParametersSection } from './parameters-section.tsx';
import { PlacementSection } from './placement-section.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { inputOf } from './to-input.ts';
import { faultsOfProblem, type useDraft } from './use-draft.ts';
import { usePreview } from './use-preview.ts';

/** The form, and beside it what it makes. */
export function DeploymentForm({
  state,
  backends,
  isEdit = false,
  curlOf,
  onSubmit,
  children,
}: {
  state: ReturnType<typeof useDraft>;
  backends: readonly Backend[];
  isEdit?: boolean;
  curlOf: (input: JsonObject) => string;
  onSubmit: () => void;
  /** At its end: what went wrong, and the buttons. */
  children: ReactNode;
}) {
  const { draft, set, form, faults, shown, isOpen, setOpen } = state;
  const input = inputOf(draft);
  const missing = missingForPreview(draft).map(({ detail }) => detail);
  const preview = usePreview(input, missing.length === 0);
  const isCurrent = missing.length === 0;
  const errors = findingsOf(
    [...faults, ...(isCurrent ? faultsOfProblem(preview.error) : [])],
    fieldAt,
  );
  const warned = (preview.data?.warnings ?? []).filter(
    // What it holds already counts as taken, and would be said to be missing.
    ({ code }) => !(isEdit && code === 'no_host'),
  );
  const warnings = isCurrent ? findingsOf(warned, fieldAt) : noFindings;
  shown.current = errors;
  const backend = backends.find(({ backend_name }) => isSame(backend_name, draft.backend));

  function submit(event: FormEvent) {
    event.preventDefault();
    onSubmit();
  }

  return (
    <DeploymentFormProvider value={{ draft, set, errors, warnings, backends, backend, isEdit }}>
      <form ref={form} onSubmit={submit} noValidate>
        <Grid gap="xl">
          <Grid.Col span={{ base: 12, md: 7 }}>
            <Stack gap={40}>
              <ModelSection />
              <BackendSection />
              <NameSection />
              <ParametersSection />
              <EnvironmentSection />
              <PlacementSection />
              <AdvancedSection isOpen={isOpen} setOpen={setOpen} />
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 5 }}>
            <div className={classes.aside}>
              <PreviewPanel preview={preview} missing={missing} curl={curlOf(input)} />
            </div>
          </Grid.Col>
        </Grid>
        <div className={classes.end}>{children}</div>
      </form>
    </DeploymentFormProvider>
  );
}

/** Names of backends are one whatever the case of their letters. */
function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
