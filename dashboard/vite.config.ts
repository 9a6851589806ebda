import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The dashboard's pages, hashed and split: editor and gallery are fetched when somebody opens them. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    target: 'es2022',
    // A modulepreload polyfill would be an inline script, which the policy of these pages forbids.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
  // `npm run dashboard:dev`: the pages anew at each change, the API of a running `npm start`.
  server: {
    proxy: { '/api': { target: process.env.LONGSHORE_URL ?? 'http://127.0.0.1:8787', ws: true } },
  },
});
