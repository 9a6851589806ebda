import { Preview, PreviewRequest } from '../../contract/preview.ts';
import { previewDeployment } from '../deployments/preview.ts';
import { readBody } from '../http/body.ts';
import { problemsOf } from '../http/document/errors.ts';
import { answer, bodyOf, newUserRouter, userRoute } from '../http/openapi.ts';

export const previewRoutes = newUserRouter();

previewRoutes.openapi(
  userRoute({
    method: 'post',
    path: '/previews',
    operationId: 'previewDeployment',
    'x-required-role': 'viewer',
    tags: ['Deployments'],
    summary: 'Render what a deployment would launch; writes nothing',
    request: { body: bodyOf(previewRoutes, 'PreviewRequest', PreviewRequest) },
    responses: {
      200: answer(Preview, 'The launch spec, and what is odd about it'),
      ...problemsOf({ never: [409] }),
    },
  }),
  async (c) => c.json(await previewDeployment(c.var.scope, await readBody(c, PreviewRequest)), 200),
);
