import { NavLink } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { places } from './places.ts';

export function Navigation() {
  const [path] = useLocation();
  return (
    <nav aria-label="Main">
      {places.map(({ path: to, label, icon: Icon }) => {
        const active = path === to || path.startsWith(`${to}/`);
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
