import {
  type Icon,
  IconBuilding,
  IconDeviceDesktop,
  IconFingerprint,
  IconKey,
  IconLink,
  IconLock,
  IconPackage,
  IconRocket,
  IconServer2,
  IconStack2,
  IconUser,
  IconUserPlus,
  IconUsers,
} from '@tabler/icons-react';
import type { AuditedKind, AuditLine } from '../../../../contract/audit.ts';

/** The kinds of things, as people call them. */
export const kindLooks: Record<AuditedKind, { label: string; icon: Icon }> = {
  deployment: { label: 'Deployment', icon: IconRocket },
  backend: { label: 'Backend', icon: IconStack2 },
  host: { label: 'Host', icon: IconServer2 },
  enrollment_token: { label: 'Enrolment token', icon: IconFingerprint },
  secret: { label: 'Secret', icon: IconLock },
  registry: { label: 'Registry', icon: IconPackage },
  token: { label: 'API token', icon: IconKey },
  org: { label: 'Organisation', icon: IconBuilding },
  member: { label: 'Member', icon: IconUsers },
  invitation: { label: 'Invitation', icon: IconUserPlus },
  sign_in_link: { label: 'Sign-in link', icon: IconLink },
  person: { label: 'Person', icon: IconUser },
  session: { label: 'Session', icon: IconDeviceDesktop },
};

export function actorWords({ kind, id, name }: AuditLine['actor']): string {
  switch (kind) {
    case 'platform_administrator':
      return 'the platform administrator';
    case 'token':
      return `the token ${name}`;
    case 'person':
      return name;
    case 'enrollment_token':
      return `the enrolment token ${id}`;
    case 'host':
      return `the host ${name}`;
  }
}

/** The page of what was changed; null: it has none, or is gone. */
export function pageOf({ operation, resource: { kind, id, name } }: AuditLine): string | null {
  if (operation.startsWith('delete')) return null;
  switch (kind) {
    case 'deployment':
      return `/deployments/${name}`;
    case 'backend':
      return `/backends/${encodeURIComponent(name)}`;
    case 'host':
      return id === null ? null : `/hosts/${id}`;
    default:
      return null;
  }
}
