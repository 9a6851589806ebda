import { Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { ApiError } from '../api/problem.ts';
import { ToastLink } from './toast-link.tsx';

/** A toast about something that went well, wherever the user is by now. */
export function tell(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 4_000 });
}

/** As `tell`, with the way to what it is about. */
export function tellOf(message: string, { name, path }: { name: string; path: string }): void {
  const id = `of/${path}`;
  notifications.hide(id);
  notifications.show({
    id,
    color: 'teal',
    autoClose: 8_000,
    message: (
      <Stack gap={2}>
        {message}
        <ToastLink id={id} path={path}>
          Go to {name}
        </ToastLink>
      </Stack>
    ),
  });
}

/** A toast about something that failed and has no place on the page. It stays until it is closed. */
export function tellFault(error: unknown): void {
  const isOurs = error instanceof ApiError;
  notifications.show({
    color: 'red',
    autoClose: false,
    title: isOurs ? error.problem.title : 'That did not work',
    message: isOurs
      ? `${error.problem.detail} (request ${error.problem.request_id})`
      : error instanceof Error
        ? error.message
        : String(error),
  });
}
