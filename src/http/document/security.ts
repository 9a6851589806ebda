import type { Document } from './operations.ts';

type Schemes = NonNullable<NonNullable<Document['components']>['securitySchemes']>;

/** How callers prove who they are. An operation that says nothing takes `bearer` or `session`. */
export const securitySchemes: Schemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A token of this control plane.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-longshore_session',
    description: 'What a person is signed in by. Over plain http its name is `longshore_session`.',
  },
  hostSecret: {
    type: 'http',
    scheme: 'bearer',
    description: 'The secret that the agent made and sent when its host was enrolled.',
  },
  enrollmentToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of `createEnrollmentToken`.',
  },
};
