import { expect, test } from 'vitest';
import { deedWords, operationWords } from '../../dashboard/src/settings/audit/deed-words.ts';
import { deeds } from '../support/deeds/deeds.ts';

const actor = { kind: 'person' as const, id: 'usr_1', name: 'grace@example.test' };

test.each(Object.entries(deeds))('the audit log has a sentence for %s', (operation, { kind }) => {
  const resource = { kind, id: null, name: 'its name' };
  expect(deedWords({ operation, resource, actor }).deed).not.toBe(operationWords(operation));
});

test('who lets themselves in is named once', () => {
  const resource = { kind: 'session' as const, id: 'ses_1', name: actor.name };
  const signIn = { operation: 'redeemSignInLink', resource, actor };
  expect(deedWords(signIn)).toEqual({ deed: 'Signed in', name: null });
  const raised = { ...signIn, resource: { ...resource, kind: 'person' as const, id: actor.id } };
  expect(deedWords(raised)).toEqual({ deed: 'Became a platform administrator', name: null });
});

test('an operation of a newer control plane is read as words', () => {
  const resource = { kind: 'deployment' as const, id: null, name: 'chat' };
  const line = { operation: 'moveDeployment', resource, actor };
  expect(deedWords(line)).toEqual({ deed: 'Move deployment', name: 'chat' });
});
