import type * as z from 'zod';
import type { AuditLine } from '../audit.ts';
import type {
  CodeInput,
  Invitation,
  InvitationAcceptance,
  InvitationInput,
  Member,
  MemberChange,
  NewInvitation,
  NewSignInLink,
  OidcStart,
  OidcStartInput,
  PasswordInput,
  Person,
  PersonChange,
  Session,
  SignedIn,
  SignInInput,
  SignInLinkInput,
  SignInMethods,
} from '../people.ts';

const created_at = '2026-01-31T12:00:00.000Z';
const email = 'ada@example.com';
const password = 'EXAMPLE not a password';

const user = { id: 'usr_01a0f0c2d4b7743f9d3a3f6e2c51b0d1', email, name: 'Ada' };

const methods: z.infer<typeof SignInMethods> = { password: true, oidc: { name: 'Company login' } };

const signInInput: z.input<typeof SignInInput> = { email, password };

const signedIn: SignedIn = { user, expires_at: '2026-02-07T12:00:00.000Z' };

const oidcStartInput: z.input<typeof OidcStartInput> = {
  return_to: '/hosts',
  invitation_code: 'lsi_EXAMPLE-not-a-code',
};

const oidcStart: z.infer<typeof OidcStart> = {
  url: 'https://login.example.com/authorize?response_type=code&client_id=longshore',
};

const codeInput: z.input<typeof CodeInput> = { code: 'lsl_EXAMPLE-not-a-code' };

const acceptance: InvitationAcceptance = { code: 'lsi_EXAMPLE-not-a-code', name: 'Ada', password };

const passwordInput: PasswordInput = {
  current_password: password,
  new_password: 'EXAMPLE not a password either',
};

const session: Session = {
  id: 'ses_01a0f0c2d4b7743f9d3a3f6e2c51b0d2',
  is_current: true,
  created_at,
  expires_at: signedIn.expires_at,
  ip_address: '203.0.113.7',
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
};

const member: Member = { user_id: user.id, email, name: user.name, role: 'operator', created_at };

const memberChange: z.infer<typeof MemberChange> = { role: 'admin' };

const invitationInput: z.input<typeof InvitationInput> = { email, role: 'operator' };

const invitation: Invitation = {
  id: 'inv_01a0f0c2d4b7743f9d3a3f6e2c51b0d3',
  email,
  role: 'operator',
  created_at,
  created_by: 'admin',
  expires_at: '2026-02-07T12:00:00.000Z',
};

const newInvitation: NewInvitation = {
  ...invitation,
  url: `https://longshore.example.com/invitation#code=${acceptance.code}`,
};

const linkInput: z.input<typeof SignInLinkInput> = { email, role: 'admin', platform: true };

const newLink: NewSignInLink = {
  user_id: user.id,
  known: true,
  known_since: created_at,
  email_verified: false,
  expires_at: '2026-01-31T12:05:00.000Z',
  url: `https://longshore.example.com/sign-in#code=${codeInput.code}`,
};

const person: Person = {
  user_id: user.id,
  email,
  email_verified: true,
  name: user.name,
  platform: true,
  org_ids: ['org_default'],
  created_at,
};

const personChange: z.infer<typeof PersonChange> = { platform: false };

const auditLine: AuditLine = {
  id: 'aud_01a0f0c2d4b7743f9d3a3f6e2c51b0d4',
  time: created_at,
  actor: { kind: 'person', id: user.id, name: email },
  operation: 'changeDeployment',
  resource: { kind: 'deployment', id: 'dep_01a0f0c2d4b7743f9d3a3f6e2c51b0aa', name: 'chat' },
  changes: [{ pointer: '/replicas', change: 'changed', before: 1, after: 2, cut: false }],
  changes_left_out: 0,
  note: null,
  address: session.ip_address,
  user_agent: session.user_agent,
  request_id: 'req_01a0f0c2d4b7743f9d3a3f6e2c51b0aa',
};

export const peopleExamples = {
  SignInMethods: methods,
  SignInInput: signInInput,
  SignedIn: signedIn,
  OidcStartInput: oidcStartInput,
  OidcStart: oidcStart,
  CodeInput: codeInput,
  InvitationAcceptance: acceptance,
  PasswordInput: passwordInput,
  Session: session,
  Member: member,
  MemberChange: memberChange,
  InvitationInput: invitationInput,
  Invitation: invitation,
  NewInvitation: newInvitation,
  SignInLinkInput: linkInput,
  NewSignInLink: newLink,
  Person: person,
  PersonChange: personChange,
  AuditLine: auditLine,
};
