import { Box, Button, Stack } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId } from 'react';
import { MarkedWithin } from '../../parts/marked-within.tsx';
import { Part } from '../../parts/part.tsx';
import { CommandFields } from './backend-section.tsx';
import { ContainerFields } from './container-fields.tsx';
import { customBackend } from './draft.ts';
import { isAdvanced } from './field-at.ts';
import { TextField } from './fields.tsx';
import { useForm } from './form-context.tsx';
import { ChangeFields, HealthFields } from './time-fields.tsx';

/** What most never need. It is folded away, says when something in it is marked, and opens for what was refused. */
export function AdvancedSection({
  isOpen,
  setOpen,
}: {
  isOpen: boolean;
  setOpen: (isOpen: boolean) => void;
}) {
  const { draft, errors, warnings } = useForm();
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
        rightSection={
          !isOpen && (
            <MarkedWithin
              errors={errors.of}
              warnings={warnings.of}
              isWithin={(pointer) => isAdvanced(pointer, draft)}
            />
          )
        }
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
                description="Replaces the image of the backend's version."
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
