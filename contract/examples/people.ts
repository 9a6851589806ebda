import type { Invitation, Member, NewSignInLink, Session, SignedIn } from '../people.ts';

const user = {
  id: 'usr_01a0f0c2d4b7743f9d3a3f6e2c51b0d1',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
};
const at = '2026-01-31T12:00:00.000Z';
const weekLater = '2026-02-07T12:00:00.000Z';
const password = 'correct horse battery';
const code = 'EXAMPLE-not-a-code';

const signedIn: SignedIn = { user, expires_at: weekLater };

const session: Session = {
  id: 'ses_01a0f0c2d4b7743f9d3a3f6e2c51b0d2',
  is_current: true,
  created_at: at,
  expires_at: weekLater,
  ip_address: '192.0.2.7',
  user_agent: 'Mozilla/5.0',
};

const member: Member = {
  user_id: user.id,
  email: user.email,
  name: user.name,
  role: 'operator',
  created_at: at,
};

const invitation: Invitation = {
  id: 'inv_01a0f0c2d4b7743f9d3a3f6e2c51b0d3',
  email: user.email,
  role: 'operator',
  created_at: at,
  created_by: 'admin',
  expires_at: weekLater,
};

const link: NewSignInLink = {
  user_id: user.id,
  expires_at: '2026-01-31T12:05:00.000Z',
  url: `https://longshore.example/sign-in#code=${code}`,
};

export const peopleExamples = {
  SignInInput: { email: user.email, password },
  SignedIn: signedIn,
  SignInMethods: { password: true, oidc: { name: 'Example ID' } },
  OidcStartInput: { return_to: '/hosts' },
  OidcStart: { url: 'https://id.example.com/authorize?client_id=longshore' },
  CodeInput: { code },
  InvitationAcceptance: { code, name: user.name, password },
  PasswordInput: { current_password: password, new_password: 'another horse battery' },
  Session: session,
  Member: member,
  MemberChange: { role: 'admin' },
  InvitationInput: { email: user.email, role: 'operator' },
  Invitation: invitation,
  NewInvitation: { ...invitation, url: `https://longshore.example/invitation#code=${code}` },
  SignInLinkInput: { email: user.email },
  NewSignInLink: link,
};
