import { Anchor, Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Deployment } from '../../../contract/deployment.ts';
import { SourceBadge } from '../backends/source-badge.tsx';
import { useBackendActions } from '../backends/use-backend-actions.ts';
import { servedBy } from '../deployments/words.ts';
import { countOf } from '../parts/count-of.ts';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { tell } from '../parts/tell.tsx';
import { useSubmit } from '../parts/use-submit.ts';
import { useMay } from '../session/who-am-i.ts';
import type { Choice } from './choices.ts';
import { Step, type StepState } from './step.tsx';

/** How many are shown until somebody asks for all. */
const FEW = 4;

/** What serves the model: one that a host can run, built in or from the community. */
export function BackendStep({
  state,
  choices,
  chosen,
  choose,
  deployment,
}: {
  state: StepState;
  choices: readonly Choice[];
  /** Null: no host can run any. */
  chosen: Choice | null;
  choose: (name: string) => void;
  /** Null: there is none yet, and the choice is still open. */
  deployment: Deployment | null;
}) {
  const [isChanging, setChanging] = useState(false);
  const isOpen = deployment === null && (state === 'current' || (state === 'done' && isChanging));
  return (
    <Step
      number={2}
      title="A backend"
      state={state}
      summary={
        deployment ? (
          `${servedBy(deployment).name} serves ${deployment.name}.`
        ) : state === 'done' && chosen ? (
          <Group gap="xs">
            <Anchor component={Link} href={`/backends/${chosen.name}`} size="sm">
              {chosen.name}
            </Anchor>
            <span>runs on {chosen.runsOn.join(', ')}</span>
            <Button
              size="compact-xs"
              variant="subtle"
              aria-expanded={isChanging}
              onClick={() => setChanging(!isChanging)}
            >
              {isChanging ? 'Keep it' : 'Choose another'}
            </Button>
          </Group>
        ) : (
          'The engine that serves the model: vLLM, SGLang, llama.cpp, or anything in a container.'
        )
      }
    >
      {isOpen && <Chooser choices={choices} chosen={chosen} choose={choose} />}
      {isOpen && chosen && !chosen.isEnabled && <Enable name={chosen.name} />}
    </Step>
  );
}

function Chooser({
  choices,
  chosen,
  choose,
}: {
  choices: readonly Choice[];
  chosen: Choice | null;
  choose: (name: string) => void;
}) {
  const [showsAll, setShowsAll] = useState(false);
  const able = choices.filter(({ why }) => why === null);
  const unable = choices.filter(({ why }) => why !== null);
  const shown = showsAll ? able : able.slice(0, FEW);
  return (
    <Stack gap="sm">
      {able.length === 0 && (
        <Text size="sm">None of the included backends can run on your hosts.</Text>
      )}
      <Radio.Group
        aria-label="Backend"
        value={chosen?.name ?? ''}
        onChange={choose}
        name="first-backend"
      >
        <Stack gap="xs">
          {shown.map((choice) => (
            <Radio
              key={choice.name}
              value={choice.name}
              label={
                <Group gap="xs" component="span">
                  {choice.name}
                  <SourceBadge source={choice.source} />
                </Group>
              }
              description={
                <Text span inherit lineClamp={2}>
                  Runs on {choice.runsOn.join(', ')} here. {choice.description}
                </Text>
              }
            />
          ))}
        </Stack>
      </Radio.Group>
      {(showsAll || able.length === 0) && <Unable choices={unable} />}
      <Group gap="xs">
        {!showsAll && choices.length > shown.length && (
          <Button size="compact-sm" variant="default" onClick={() => setShowsAll(true)}>
            Show all {countOf(choices.length, 'backend')}
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" component={Link} href="/add-backend">
          Add one of your own
        </Button>
      </Group>
    </Stack>
  );
}

function Unable({ choices }: { choices: readonly Choice[] }) {
  return (
    <Stack gap={2} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {choices.map(({ name, why }) => (
        <Text key={name} size="xs" c="dimmed" component="li">
          {name}: {why}
        </Text>
      ))}
    </Stack>
  );
}

function Enable({ name }: { name: string }) {
  const mayChange = useMay('operator');
  const { enable } = useBackendActions();
  const { isBusy, fault, submit } = useSubmit(async () => {
    await enable(name);
    tell(`${name} enabled. It is now in your backends.`);
  });
  if (!mayChange) {
    return (
      <Text size="sm">
        Ask an operator to enable it. It is included, but off until someone does.
      </Text>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" align="flex-start">
        {fault && <FaultNotice fault={fault} />}
        <Button type="submit" loading={isBusy}>
          Enable {name}
        </Button>
      </Stack>
    </form>
  );
}
