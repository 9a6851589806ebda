import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import classes from './page-header.module.css';

/** The head of a page, which gives the tab its title too. */
export function PageHeader({
  title,
  description,
  actions,
  trail = [],
  beside,
}: {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  /** The pages above this one. */
  trail?: { label: string; path: string }[];
  /** Stands next to the title: a state. */
  beside?: ReactNode;
}) {
  useDocumentTitle(`${title} · Longshore`);
  return (
    <Stack gap={4} mb="lg">
      {trail.length > 0 && (
        <Breadcrumbs fz="sm" component="nav" aria-label="Breadcrumbs">
          {trail.map(({ label, path }) => (
            <Anchor key={path} component={Link} href={path} size="sm">
              {label}
            </Anchor>
          ))}
          <Text size="sm" c="dimmed" aria-current="page">
            {title}
          </Text>
        </Breadcrumbs>
      )}
      <div className={classes.head}>
        <Group gap="sm">
          <Title order={1} size="h2">
            {title}
          </Title>
          {beside}
        </Group>
        {description && (
          <Text c="dimmed" size="sm" maw={720} component="div">
            {description}
          </Text>
        )}
        {actions && (
          <Group gap="xs" align="flex-start" className={classes.actions}>
            {actions}
          </Group>
        )}
      </div>
    </Stack>
  );
}
