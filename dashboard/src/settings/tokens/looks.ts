import { IconBan, IconCircleCheck, IconClockOff, IconListCheck } from '@tabler/icons-react';
import type { ApiToken } from '../../../../contract/access.ts';
import type { StatusLook } from '../../parts/status-word.tsx';
import type { EnrolmentToken } from '../queries.ts';

export const tokenLooks: Record<ApiToken['status'], StatusLook> = {
  active: { label: 'Active', icon: IconCircleCheck, color: 'teal' },
  expired: { label: 'Expired', icon: IconClockOff, color: 'gray' },
  revoked: { label: 'Revoked', icon: IconBan, color: 'red' },
};

const enrolmentLooks = {
  usable: { label: 'Usable', icon: IconCircleCheck, color: 'teal' },
  expired: { label: 'Expired', icon: IconClockOff, color: 'gray' },
  used: { label: 'Used up', icon: IconListCheck, color: 'gray' },
} satisfies Record<string, StatusLook>;

/** `now` in milliseconds since 1970. */
export function enrolmentLook({ uses_left, expires_at }: EnrolmentToken, now: number): StatusLook {
  if (uses_left === 0) return enrolmentLooks.used;
  return Date.parse(expires_at) <= now ? enrolmentLooks.expired : enrolmentLooks.usable;
}
