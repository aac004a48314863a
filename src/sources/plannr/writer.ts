import type { Send } from '../../platform/http/send.ts';
import type { CallScope } from '../../platform/operation.ts';
import { isItem } from '../../platform/wire.ts';

/**
 * Writes one thing. POST makes a new one each time, and is never made again by itself.
 * @param path below the root, `/api/v1/…`
 * @param body sent as JSON
 * @returns what stands under `data`, or the whole answer where there is no such part
 * @throws UpstreamError
 */
export type Write = (
  scope: CallScope,
  method: 'PUT' | 'POST' | 'DELETE',
  path: string,
  body?: Readonly<Record<string, unknown>>,
) => Promise<unknown>;

/** Makes the function that writes. */
export function writer(baseUrl: string, send: Send): Write {
  const root = baseUrl.replace(/\/+$/, '');
  return async (scope, method, path, body) => {
    const template = path.replace(/[0-9a-f-]{36}/gi, '{uuid}');
    const answer = await send({
      system: 'PLANNR',
      template,
      domain: template.split('/')[3] ?? template,
      batchSize: 1,
      method,
      url: `${root}${path}`,
      ...(body === undefined
        ? { headers: {} }
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      scope,
    });
    return isItem(answer.body) && 'data' in answer.body ? answer.body.data : answer.body;
  };
}
