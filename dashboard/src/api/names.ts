/* As `contract/org.ts` has them, whose schemas would come along with them. A test holds the two together. */

export const orgHeaderName = 'longshore-org';
/** The organisation that is always there. */
export const defaultOrg = 'org_default';
