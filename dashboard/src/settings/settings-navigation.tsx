import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { settingsPlaces } from '../shell/places.ts';
import classes from './settings-navigation.module.css';

/** The second level: a row of links, which on a phone scrolls to the one that is shown. */
export function SettingsNavigation() {
  const [path] = useLocation();
  const row = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another current link
  useEffect(() => {
    const { current: nav } = row;
    const link = nav?.querySelector<HTMLElement>('[aria-current]');
    if (nav && link) nav.scrollLeft = link.offsetLeft - (nav.clientWidth - link.offsetWidth) / 2;
  }, [path]);
  return (
    <nav aria-label="Settings" className={classes.row} ref={row}>
      {settingsPlaces.map(({ path: to, label }) => (
        <Link
          key={to}
          href={to}
          className={classes.link}
          {...(path === to ? { 'aria-current': 'page' as const } : {})}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
