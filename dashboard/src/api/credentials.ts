/**
 * How this tab is signed in. A person's session is a cookie that no script can read; a token that somebody pastes is
 * kept by this tab alone and goes with it.
 */
const tokenKey = 'longshore:token';
const orgKey = 'longshore:org';

export interface Credentials {
  token: string | null;
  /** The organisation that a person with several looks at; null: the only one. */
  orgId: string | null;
}

export const credentials = {
  current: (): Credentials => ({
    token: sessionStorage.getItem(tokenKey),
    orgId: localStorage.getItem(orgKey),
  }),
  keepToken: (token: string | null) => keep(sessionStorage, tokenKey, token),
  keepOrg: (orgId: string | null) => keep(localStorage, orgKey, orgId),
};

function keep(storage: Storage, key: string, value: string | null): void {
  if (value === null) storage.removeItem(key);
  else storage.setItem(key, value);
}
