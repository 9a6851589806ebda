import * as z from 'zod';
import { Failure } from '../contract/failure.ts';
import type { Hub } from './hub/hub.ts';

/** Texts that the platform binds to the Worker. */
const Settings = z.object({
  /** `libsql://…` or `http://…` */
  DATABASE_URL: z.string().min(1),
  DATABASE_AUTH_TOKEN: z.string().min(1).optional(),
  /** The platform administrator's token. */
  ADMIN_TOKEN: z.string().min(32, 'must be at least 32 characters'),
  /** Seals the organisations' secrets: 32 bytes in base64; while keys are rotated the older ones after it, by commas. */
  SECRETS_KEY: z.string().min(1).optional(),
  /** So many days a line of the audit is kept. */
  AUDIT_DAYS: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, 'must be a number of days from 1 to 99999')
    .optional(),
});

const defaultAuditDays = 365;

/** What the platform binds to the Worker. */
export interface Env {
  DATABASE_URL: string;
  DATABASE_AUTH_TOKEN?: string;
  ADMIN_TOKEN: string;
  SECRETS_KEY?: string;
  AUDIT_DAYS?: string;
  HUB: DurableObjectNamespace<Hub>;
  VERSION?: string;
  /** dist/assets */
  ASSETS: Fetcher;
}

/** @throws Failure `misconfigured` that names each setting that is missing or unusable, never its value. */
export function checkEnv(env: Env): void {
  const { error } = Settings.safeParse(env);
  if (!error) return;
  const faults = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Failure('misconfigured', `The control plane lacks settings: ${faults.join('; ')}`);
}

/** For how many days a line of the audit is kept. */
export function auditDays({ AUDIT_DAYS }: Env): number {
  return Number(Settings.shape.AUDIT_DAYS.parse(AUDIT_DAYS) ?? defaultAuditDays);
}
