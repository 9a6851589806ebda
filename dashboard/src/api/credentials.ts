/**
 * How this tab is signed in, and which organisation it shows. A person's session is a cookie that no script can read; a token that somebody pastes is
 * kept by this tab alone and goes with it. So is the organisation, which is named with every request: one that is chosen
 * in another tab must not become that of a change that is made here. New tabs begin with the one that was chosen last.
 */
const tokenKey = 'longshore:token';
const orgKey = 'longshore:org';
const enteredKey = 'longshore:entered';

export interface Credentials {
  token: string | null;
  /** The organisation that this tab looks at; null: not known yet. */
  orgId: string | null;
}

export const credentials = {
  current: (): Credentials => ({
    token: sessionStorage.getItem(tokenKey),
    orgId: sessionStorage.getItem(orgKey) ?? localStorage.getItem(orgKey),
  }),
  keepToken: (token: string | null) => keep(sessionStorage, tokenKey, token),
  keepOrg(orgId: string | null) {
    keep(localStorage, orgKey, orgId);
    keep(sessionStorage, orgKey, orgId);
  },
  /** Whether somebody was signed in here when it was last asked: what to show while it is asked again. */
  wasEntered: () =>
    sessionStorage.getItem(tokenKey) !== null || localStorage.getItem(enteredKey) !== null,
  keepEntered: (isEntered: boolean) => keep(localStorage, enteredKey, isEntered ? 'yes' : null),
  /** In this tab alone. */
  holdOrg: (orgId: string) => keep(sessionStorage, orgKey, orgId),
};

function keep(storage: Storage, key: string, value: string | null): void {
  if (value === null) storage.removeItem(key);
  else storage.setItem(key, value);
}
