import * as z from 'zod';
import { TokenRole } from './access.ts';
import { PageQuery, Timestamp, textOf } from './common.ts';

/** An e-mail address. Its case means nothing: it is kept in lower case. */
export const Email = z
  .string()
  .max(254)
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.email())
  .meta({ description: 'An e-mail address; its case means nothing.', format: 'email' });

/** NIST SP 800-63B asks for 8 at the least, and against rules on what it is made of; 128 is what the hash takes. */
const NewPassword = z
  .string()
  .min(12, 'must have at least 12 characters')
  .max(128, 'must have at most 128 characters')
  .describe('12-128 characters, any.');

const PersonName = textOf(100, 1).describe('As others see the person.');

/** The secret part of a link, behind `#code=`. */
const Code = z.string().min(1).max(100).describe('What the link has behind `#code=`.');

const person = {
  id: z.string().describe('Prefixed, sortable by time.'),
  email: z.string().describe('The e-mail address, in lower case.'),
  name: z.string().describe('As others see the person.'),
};

export const SignInInput = z
  .strictObject({
    email: Email,
    password: z.string().min(1).max(128).describe('The password of the account.'),
  })
  .meta({ id: 'SignInInput', description: 'Who signs in by a password.' });

export const SignedIn = z
  .object({
    user: z.object(person).describe('Who is signed in.'),
    expires_at: Timestamp.describe('When the session ends.'),
  })
  .meta({ id: 'SignedIn', description: 'The session is in the cookie that comes along.' });
export type SignedIn = z.infer<typeof SignedIn>;

export const SignInMethods = z
  .object({
    password: z.literal(true).describe('E-mail and password; always possible.'),
    oidc: z
      .union([z.object({ name: z.string().describe('As people know it.') }), z.null()])
      .describe('The identity provider (OpenID Connect); null: there is none.'),
  })
  .meta({ id: 'SignInMethods', description: 'The ways to sign in here.' });

export const OidcStartInput = z
  .strictObject({
    return_to: z
      .string()
      .max(2000)
      .regex(/^\/(?![/\\])[^\\\s]*$/, 'must be a path of this control plane, such as "/hosts"')
      .default('/')
      .describe('The path to come back to once signed in.'),
    invitation_code: Code.optional().describe(
      'What the link of an invitation has behind `#code=`: whoever signs in accepts it.',
    ),
  })
  .meta({ id: 'OidcStartInput', description: 'What a sign-in at the identity provider leads to.' });

export const OidcStart = z
  .object({ url: z.string().describe('Where the browser goes next.') })
  .meta({ id: 'OidcStart', description: 'A sign-in at the identity provider that has begun.' });

export const CodeInput = z
  .strictObject({ code: Code })
  .meta({ id: 'CodeInput', description: 'The secret part of a sign-in link.' });

export const InvitationAcceptance = z
  .strictObject({
    code: Code,
    name: PersonName.optional(),
    password: NewPassword.optional(),
  })
  .meta({
    id: 'InvitationAcceptance',
    description:
      'Whoever has no account yet gives name and password; whoever has one signs in first, and gives the code only.',
  });
export type InvitationAcceptance = z.output<typeof InvitationAcceptance>;

export const PasswordInput = z
  .strictObject({
    current_password: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .describe('Left out by those who have none, or came by a sign-in link just now.'),
    new_password: NewPassword,
  })
  .meta({ id: 'PasswordInput', description: "The caller's own password, and what it shall be." });
export type PasswordInput = z.output<typeof PasswordInput>;

export const Session = z
  .object({
    id: z.string().describe('Prefixed, sortable by time.'),
    is_current: z.boolean().describe('The one that this request came with.'),
    created_at: Timestamp.describe('When it was opened.'),
    expires_at: Timestamp.describe('When it ends.'),
    ip_address: z
      .union([z.string(), z.null()])
      .describe('From where it was opened; null: not known.'),
    user_agent: z
      .union([z.string(), z.null()])
      .describe('With what it was opened; null: not known.'),
  })
  .meta({ id: 'Session', description: 'Where a person is signed in.' });
export type Session = z.infer<typeof Session>;

export const Member = z
  .object({
    user_id: person.id,
    email: person.email,
    name: person.name,
    role: TokenRole,
    created_at: Timestamp.describe('When they came into the organisation.'),
  })
  .meta({ id: 'Member', description: 'A person in an organisation.' });
export type Member = z.infer<typeof Member>;

export const MemberChange = z
  .strictObject({ role: TokenRole })
  .meta({ id: 'MemberChange', description: 'What changes of a member.' });

export const InvitationInput = z
  .strictObject({ email: Email, role: TokenRole })
  .meta({ id: 'InvitationInput', description: 'Who shall come in, and as what.' });
export type InvitationInput = z.output<typeof InvitationInput>;

const invitation = {
  id: z.string().describe('Prefixed, sortable by time.'),
  email: person.email,
  role: TokenRole,
  created_at: Timestamp.describe('When it was made.'),
  created_by: z.string().describe('Who made it.'),
  expires_at: Timestamp.describe('From when on it cannot be accepted.'),
};

export const Invitation = z.object(invitation).meta({
  id: 'Invitation',
  description: 'An invitation that nobody has accepted yet, without its link.',
});
export type Invitation = z.infer<typeof Invitation>;

export const NewInvitation = z
  .object({
    ...invitation,
    url: z.string().describe('Shown this once. No mail is sent: give it to the person yourself.'),
  })
  .meta({ id: 'NewInvitation', description: 'An invitation that was just made.' });
export type NewInvitation = z.infer<typeof NewInvitation>;

export const SignInLinkInput = z
  .strictObject({
    email: Email,
    name: PersonName.optional().describe(
      'Of a person who is made with it; left out: the e-mail address.',
    ),
    role: TokenRole.optional().describe(
      "Makes whoever redeems it a member of the request's organisation; a member keeps their own role. Left out: for a person whom nobody knows yet `admin`, for anybody else nothing.",
    ),
    platform: z
      .literal(true, 'must be true: PATCH /api/v1/people/{user_id} takes the role away')
      .optional()
      .describe(
        "Gives whoever redeems it the platform administrator's role. If they lack it, all their sessions end and their password is taken away: whoever made the account may be somebody else.",
      ),
    expires_in_seconds: z
      .int()
      .min(60)
      .max(3600)
      .default(300)
      .describe('How long the link is good for.'),
  })
  .meta({ id: 'SignInLinkInput', description: 'Whom a sign-in link shall let in.' });
export type SignInLinkInput = z.output<typeof SignInLinkInput>;

export const NewSignInLink = z
  .object({
    user_id: z.string().describe('The person whom it lets in, or whom it makes.'),
    known: z.boolean().describe('False: there is no such person, and redeeming it makes them.'),
    known_since: z
      .union([Timestamp, z.null()])
      .describe('When the account was made; null: there is none yet.'),
    email_verified: z
      .boolean()
      .describe(
        'True only where an identity provider vouched that the address is theirs. Else nobody has proven it: an administrator of any organisation can have had the account made.',
      ),
    expires_at: Timestamp.describe('From when on it is good for nothing.'),
    url: z.string().describe('Shown this once, and good once.'),
  })
  .meta({ id: 'NewSignInLink', description: 'A sign-in link that was just made.' });
export type NewSignInLink = z.infer<typeof NewSignInLink>;

export const Person = z
  .object({
    user_id: z.string().describe('Prefixed, sortable by time.'),
    email: person.email,
    email_verified: z
      .boolean()
      .describe('True only where an identity provider vouched that the address is theirs.'),
    name: person.name,
    platform: z.boolean().describe("Has the platform administrator's role."),
    org_ids: z.array(z.string()).describe('The organisations that they are members of.'),
    created_at: Timestamp.describe('When the account was made.'),
  })
  .meta({ id: 'Person', description: 'Somebody with an account on this control plane.' });
export type Person = z.infer<typeof Person>;

export const PeopleQuery = PageQuery.extend({
  email: Email.optional().describe('Only whoever has this address.'),
});

export const PersonChange = z
  .strictObject({
    platform: z
      .literal(false, "must be false: a sign-in link gives the platform administrator's role")
      .describe("Takes the platform administrator's role away."),
  })
  .meta({ id: 'PersonChange', description: 'What changes of a person.' });
