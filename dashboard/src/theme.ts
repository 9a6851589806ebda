import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Deep water: the one colour that is ours. States have Mantine's own. */
const harbour: MantineColorsTuple = [
  '#eaf5fc',
  '#d3e7f4',
  '#a4cde8',
  '#71b2dc',
  '#4a9bd2',
  '#328dcc',
  '#1f7ab8',
  '#176ba3',
  '#115c8d',
  '#07456d',
];

/** Their titles are headings. */
const dialogStyles = { title: { fontWeight: 600 } };

export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  colors: { harbour },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "Noto Sans Mono", monospace',
  headings: { fontWeight: '600' },
  components: {
    // A number out of range is refused in words: one that is changed unasked is never wanted.
    NumberInput: { defaultProps: { clampBehavior: 'none' } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250 } },
    Modal: {
      defaultProps: {
        centered: true,
        closeButtonProps: { 'aria-label': 'Close' },
        styles: dialogStyles,
      },
    },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, styles: dialogStyles } },
    // What Mantine puts first to take the focus is no part of a menu, and screen readers say so: its first item takes it.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    MenuDivider: { defaultProps: { role: 'separator' } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
  },
});

/** Mantine's own "dimmed" and "error", and links on cards and toasts in the dark, are too pale to be read by everybody (WCAG 2.2 asks for 4.5:1). */
export const variables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': colors.gray[6],
    '--mantine-color-error': colors.red[9],
  },
  dark: {
    '--mantine-color-anchor': harbour[3],
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-placeholder': colors.dark[2],
    '--mantine-color-error': colors.red[4],
  },
});
