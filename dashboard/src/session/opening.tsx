import { Center, Loader } from '@mantine/core';
import classes from './opening.module.css';

/** While it is asked who is there, of whom nothing is known yet: neither the way in nor what lies behind it. */
export function Opening() {
  return (
    <Center h="100dvh" className={classes.late}>
      <Loader role="status" aria-label="Loading" />
    </Center>
  );
}
