import type { Rejection } from '../../platform/errors.ts';
import type { Send } from '../../platform/http/send.ts';
import type { CallScope } from '../../platform/operation.ts';
import { isItem } from '../../platform/wire.ts';
import { fieldPath } from '../rejections.ts';
import type { DynamicPlannerContract, Resource } from './contract.ts';
import { KINDS } from './kinds.ts';
import { renamedPath, renaming, renamingBack } from './rename.ts';

/** What is written: by its id, or below another thing by both ids. */
export type Target = string | { readonly of: string; readonly id: string };

/**
 * Writes one thing. PUT creates or merges, and may be made again; so may DELETE; POST is neither safe nor made again (platform documentation).
 * @param target stands in the path
 * @param body by this gateway's field names; sent as JSON
 * @returns the answer by this gateway's field names, null where there is none
 * @throws UpstreamError; RejectedWrite where the platform does not accept what was sent
 */
export type Write = (
  scope: CallScope,
  method: 'PUT' | 'POST' | 'DELETE',
  resource: Resource,
  target: Target,
  body?: Readonly<Record<string, unknown>>,
) => Promise<unknown>;

/** Makes the function that writes. */
export function writer(baseUrl: string, { resources }: DynamicPlannerContract, send: Send): Write {
  const root = baseUrl.replace(/\/+$/, '');
  return async (scope, method, resource, target, body) => {
    const { path, fields = resources[KINDS[resource].listedAs ?? resource].fields } = resources[resource];
    const { of, id } = typeof target === 'string' ? { of: target, id: '' } : target;
    const answer = await send({
      system: 'DYNAMIC_PLANNER',
      template: path,
      domain: path.split('/')[1] ?? path,
      batchSize: 1,
      method,
      url: `${root}${path.replace('{ids}', () => encodeURIComponent(of)).replace('{id}', () => encodeURIComponent(id))}`,
      ...(body === undefined
        ? { headers: {} }
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(renamingBack(fields)(body)) }),
      rejectionsIn: (said) =>
        rejectionsIn(said).map(({ field, issue }) => ({ field: renamedPath(fields, field), issue })),
      scope,
    });
    return renaming(fields)(answer.body);
  };
}

/** Faults of one answer that are looked at. */
const MOST_FAULTS = 50;

/** The error body `{ error, message, correlationId, details: { field, issue } }`; `details` is optional (platform documentation), and may be a list. */
function rejectionsIn(body: unknown): Rejection[] {
  const { details, error } = isItem(body) ? body : {};
  const faults = (Array.isArray(details) ? details : [details]).filter(isItem).slice(0, MOST_FAULTS);
  if (faults.length === 0) return [{ field: [], issue: textOf(error) }];
  return faults.map(({ field, issue }) => ({ field: fieldPath(field), issue: textOf(issue) }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
