import { IconBan, IconCircleCheck, IconClockOff, IconListCheck } from '@tabler/icons-react';
import type { ApiToken } from '../../../../contract/access.ts';
import type { StatusLook } from '../../parts/status-word.tsx';
import type { EnrolmentToken } from '../queries.ts';

export const tokenLooks: Record<ApiToken['status'], StatusLook> = {
  active: { label: 'Active', icon: IconCircleCheck, color: 'teal' },
  expired: { label: 'Expired', icon: IconClockOff, color: 'gray' },
  revoked: { label: 'Revoked', icon: IconBan, color: 'red' },
};

export const enrolmentLooks = {
  usable: { label: 'Usable', icon: IconCircleCheck, color: 'teal' },
  expired: { label: 'Expired', icon: IconClockOff, color: 'gray' },
  used: { label: 'Used up', icon: IconListCheck, color: 'gray' },
} satisfies Record<string, StatusLook>;

/** `now` in milliseconds since 1970. */
export function enrolmentStateOf(
  { uses_left, expires_at }: EnrolmentToken,
  now: number,
): keyof typeof enrolmentLooks {
  if (uses_left === 0) return 'used';
  return Date.parse(expires_at) <= now ? 'expired' : 'usable';
}
