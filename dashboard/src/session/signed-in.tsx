import type { ReactNode } from 'react';
import { isProblem } from '../api/problem.ts';
import { FaultNotice } from '../parts/fault-notice.tsx';
import { PageSkeleton } from '../parts/skeletons.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { useWhoAmI } from './who-am-i.ts';

/** Shows `children` to somebody who is signed in, and the way in to everybody else. */
export function SignedIn({ children }: { children: ReactNode }) {
  const who = useWhoAmI();
  if (who.isSuccess) return children;
  if (who.isPending) return <PageSkeleton />;
  if (isProblem(who.error, 'unauthorized')) return <SignInPage />;
  return <FaultNotice fault={who.error} again={() => who.refetch()} />;
}
