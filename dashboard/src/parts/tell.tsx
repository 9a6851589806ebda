import { notifications } from '@mantine/notifications';
import { ApiError } from '../api/problem.ts';

/** A toast about something that went well, wherever the user is by now. */
export function tell(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 4_000 });
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
