import * as z from 'zod';
import { TokenRole } from './access.ts';
import { Timestamp, textOf } from './common.ts';

/** An e-mail address. Its case means nothing: it is kept in lower case. */
export const Email = z
  .string()
  .max(254)
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.email())
  .meta({ description: 'An e-mail address; its case means nothing' });

/** NIST SP 800-63B asks for 8 at the least, and against rules on what it is made of; 128 is what the hash takes. */
const NewPassword = z
  .string()
  .min(12, 'must have at least 12 characters')
  .max(128, 'must have at most 128 characters')
  .meta({ description: '12-128 characters, any' });

const PersonName = textOf(100, 1).meta({ description: 'As others see the person' });

/** The secret part of a link, behind `#code=`. */
const Code = z.string().min(1).max(100).meta({ description: 'What the link has behind `#code=`' });

export const SignInInput = z
  .strictObject({
    email: Email,
    password: z.string().min(1).max(128).meta({ description: "The account's password" }),
  })
  .meta({ id: 'SignInInput', description: 'Who signs in, and by what' });

export const SignedIn = z
  .object({
    user: z
      .object({
        id: z.string().meta({ description: 'Of the person' }),
        email: z.string().meta({ description: 'The address of the account' }),
        name: z.string().meta({ description: 'As others see the person' }),
      })
      .meta({ description: 'Who is signed in' }),
    expires_at: Timestamp.meta({ description: 'When the session ends' }),
  })
  .meta({ id: 'SignedIn', description: 'The session is in the cookie that comes along' });
export type SignedIn = z.infer<typeof SignedIn>;

export const SignInMethods = z
  .object({
    password: z.literal(true).meta({ description: 'With e-mail and password; always' }),
    oidc: z
      .union([z.object({ name: z.string().meta({ description: 'As people know it' }) }), z.null()])
      .meta({ description: 'The identity provider, as people know it; null: there is none' }),
  })
  .meta({ id: 'SignInMethods', description: 'How people can sign in' });

export const OidcStartInput = z
  .strictObject({
    return_to: z
      .string()
      .max(2000)
      .regex(/^\/(?![/\\])[^\\\s]*$/, 'must be a path of this control plane, such as "/hosts"')
      .default('/')
      .meta({ description: 'The path to come back to once signed in' }),
  })
  .meta({ id: 'OidcStartInput', description: 'Where to come back to' });

export const OidcStart = z
  .object({ url: z.string().meta({ description: 'Where the browser goes next' }) })
  .meta({ id: 'OidcStart', description: 'The way to the identity provider' });

export const CodeInput = z
  .strictObject({ code: Code })
  .meta({ id: 'CodeInput', description: 'The code of a link' });

export const InvitationAcceptance = z
  .strictObject({
    code: Code,
    name: PersonName.optional(),
    password: NewPassword.optional(),
  })
  .meta({
    id: 'InvitationAcceptance',
    description:
      'Whoever has no account yet gives name and password; whoever has one signs in first, and gives the code only',
  });
export type InvitationAcceptance = z.output<typeof InvitationAcceptance>;

export const PasswordInput = z
  .strictObject({
    current_password: z.string().min(1).max(128).optional().meta({
      description: 'Left out by those who have none, or came by a sign-in link just now',
    }),
    new_password: NewPassword,
  })
  .meta({ id: 'PasswordInput', description: 'A new password' });
export type PasswordInput = z.output<typeof PasswordInput>;

export const Session = z
  .object({
    id: z.string().meta({ description: 'Of the session' }),
    is_current: z.boolean().meta({ description: 'The one that this request came with' }),
    created_at: Timestamp.meta({ description: 'When it was opened' }),
    expires_at: Timestamp.meta({ description: 'When it ends' }),
    ip_address: z
      .union([z.string(), z.null()])
      .meta({ description: 'From where it was opened; null: not known' }),
    user_agent: z.union([z.string(), z.null()]).meta({ description: 'With what it was opened' }),
  })
  .meta({ id: 'Session', description: 'One sign-in of the caller' });
export type Session = z.infer<typeof Session>;

export const Member = z
  .object({
    user_id: z.string().meta({ description: 'Of the person' }),
    email: z.string().meta({ description: 'The address of the account' }),
    name: z.string().meta({ description: 'As others see the person' }),
    role: TokenRole,
    created_at: Timestamp.meta({ description: 'When they came into the organisation' }),
  })
  .meta({ id: 'Member', description: 'A person in the organisation' });
export type Member = z.infer<typeof Member>;

export const MemberChange = z
  .strictObject({ role: TokenRole })
  .meta({ id: 'MemberChange', description: 'What changes of a member' });

export const InvitationInput = z
  .strictObject({ email: Email, role: TokenRole })
  .meta({ id: 'InvitationInput', description: 'Whom to invite, and as what' });
export type InvitationInput = z.output<typeof InvitationInput>;

const invitation = {
  id: z.string().meta({ description: 'Of the invitation' }),
  email: z.string().meta({ description: 'Who is invited' }),
  role: TokenRole,
  created_at: Timestamp.meta({ description: 'When it was made' }),
  created_by: z.string().meta({ description: 'Who made it' }),
  expires_at: Timestamp.meta({ description: 'From when on it cannot be accepted' }),
};

export const Invitation = z
  .object(invitation)
  .meta({ id: 'Invitation', description: 'An invitation that nobody has accepted yet' });
export type Invitation = z.infer<typeof Invitation>;

export const NewInvitation = z
  .object({
    ...invitation,
    url: z.string().meta({
      description: 'Shown this once. No mail is sent: give it to the person yourself.',
    }),
  })
  .meta({ id: 'NewInvitation', description: 'An invitation, with its link' });
export type NewInvitation = z.infer<typeof NewInvitation>;

export const SignInLinkInput = z
  .strictObject({
    email: Email,
    name: PersonName.optional().meta({
      description: 'Of a person who is made with it; left out: the e-mail address',
    }),
    role: TokenRole.default('admin').meta({
      description:
        "In the request's organisation, for a person who is no member of it; a member keeps their own",
    }),
    platform: z.boolean().optional().meta({
      description: 'Whether the person is a platform administrator; left out: as it was',
    }),
    expires_in_seconds: z
      .int()
      .min(60)
      .max(3600)
      .default(300)
      .meta({ description: 'How long the link is good for' }),
  })
  .meta({ id: 'SignInLinkInput', description: 'Whom the link signs in' });
export type SignInLinkInput = z.output<typeof SignInLinkInput>;

export const NewSignInLink = z
  .object({
    user_id: z.string().meta({ description: 'Of the person' }),
    expires_at: Timestamp.meta({ description: 'From when on it is good for nothing' }),
    url: z.string().meta({ description: 'Shown this once, and good once' }),
  })
  .meta({ id: 'NewSignInLink', description: 'A link that signs a person in' });
export type NewSignInLink = z.infer<typeof NewSignInLink>;
