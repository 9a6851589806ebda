/** For tests and benches: like many users and hosts behind one address, they do in a minute what nobody else does. */
export const noRateLimits = {
  LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE: '0',
  LIMIT_ENROLMENTS_PER_MINUTE: '0',
  LIMIT_WRITES_PER_AUTHOR_PER_MINUTE: '0',
  LIMIT_WRITES_PER_ORGANISATION_PER_MINUTE: '0',
};
