import { createApp } from './app.ts';
import { documentOf } from './http/document/document.ts';
import { documentText } from './http/document/text.ts';

/** `npm run openapi`: what stands in `docs/openapi.json`. */
console.log(documentText(documentOf(createApp())).trimEnd());
