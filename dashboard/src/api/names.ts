/** As `contract/org.ts` has it, whose schemas would come along with it. A test holds the two together. */
export const orgHeaderName = 'longshore-org';
