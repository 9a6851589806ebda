/** For each status of an error one that has it, in words that it could say. */
export const problemResponses = {
  400: { code: 'invalid_request', detail: '/replicas: Too big: expected number to be <=1000.' },
  401: {
    code: 'unauthorized',
    detail: 'The token is not one of this control plane, or not any more.',
  },
  403: {
    code: 'forbidden',
    detail:
      'This takes the role "admin", and token:CI (tok_01a0f0c2d4b7743f9d3a3f6e2c51b0c1) has "operator".',
  },
  404: { code: 'not_found', detail: 'There is no deployment "chat".' },
  405: { code: 'method_not_allowed', detail: 'PUT is not possible here.' },
  409: { code: 'name_taken', detail: 'There is a deployment "chat" already.' },
  410: {
    code: 'host_removed',
    detail: 'This host was removed. What it runs is to be stopped.',
  },
  412: {
    code: 'precondition_failed',
    detail: 'It has the revision 4 now, not the one that If-Match names.',
  },
  413: { code: 'payload_too_large', detail: 'A body holds at most 1048576 bytes.' },
  415: {
    code: 'unsupported_media_type',
    detail: 'The content type text/plain is not supported.',
  },
  422: { code: 'unknown_backend', detail: 'There is no backend "vlm".' },
  428: {
    code: 'precondition_required',
    detail:
      'This change could overwrite somebody\'s. Send If-Match: "3" if that is what it is based on.',
  },
  429: { code: 'too_many_requests', detail: 'Wait a moment before the next attempt.' },
  500: {
    code: 'internal',
    detail: 'Something failed inside. The request id names it in the logs.',
  },
  503: { code: 'unavailable', detail: 'The database did not answer; nothing was changed.' },
} as const;
