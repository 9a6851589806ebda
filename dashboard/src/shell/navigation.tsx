import { NavLink } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { isAt, places } from './places.ts';

export function Navigation() {
  const [path] = useLocation();
  return (
    <nav aria-label="Main">
      {places.map((place) => {
        const { path: to, label, icon: Icon } = place;
        const active = isAt(place, path);
        return (
          <NavLink
            key={to}
            component={Link}
            href={to}
            label={label}
            active={active}
            {...(active ? { 'aria-current': 'page' as const } : {})}
            leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
            style={{ borderRadius: 'var(--mantine-radius-md)' }}
          />
        );
      })}
    </nav>
  );
}
