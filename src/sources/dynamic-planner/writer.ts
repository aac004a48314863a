import type { Send } from '../../platform/http/send.ts';
import type { CallScope } from '../../platform/operation.ts';
import type { DynamicPlannerContract, Resource } from './contract.ts';
import { renaming, renamingBack } from './rename.ts';

/**
 * Writes one thing. PUT creates or merges, and may be made again; so may DELETE; POST is neither safe nor made again (platform documentation).
 * @param id stands in the path's `{ids}`
 * @param body by this gateway's field names; sent as JSON
 * @returns the answer by this gateway's field names, null where there is none
 * @throws UpstreamError
 */
export type Write = (
  scope: CallScope,
  method: 'PUT' | 'POST' | 'DELETE',
  resource: Resource,
  id: string,
  body?: Readonly<Record<string, unknown>>,
) => Promise<unknown>;

/** Makes the function that writes. */
export function writer(baseUrl: string, { resources }: DynamicPlannerContract, send: Send): Write {
  const root = baseUrl.replace(/\/+$/, '');
  return async (scope, method, resource, id, body) => {
    const { path, fields } = resources[resource];
    const answer = await send({
      system: 'DYNAMIC_PLANNER',
      template: path,
      domain: path.split('/')[1] ?? path,
      batchSize: 1,
      method,
      url: `${root}${path.replace('{ids}', encodeURIComponent(id))}`,
      ...(body === undefined
        ? { headers: {} }
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(renamingBack(fields)(body)) }),
      scope,
    });
    return renaming(fields)(answer.body);
  };
}
