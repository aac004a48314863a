import type { Rejection } from '../../platform/errors.ts';
import type { Send } from '../../platform/http/send.ts';
import type { CallScope } from '../../platform/operation.ts';
import { isItem } from '../../platform/wire.ts';
import { fieldPath } from '../rejections.ts';

/**
 * Writes one thing. POST makes a new one each time, and is never made again by itself.
 * @param path below the root, `/api/v1/…`
 * @param body sent as JSON
 * @returns what stands under `data`, or the whole answer where there is no such part
 * @throws UpstreamError; RejectedWrite where the platform does not accept what was sent
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
      rejectionsIn,
      scope,
    });
    return isItem(answer.body) && 'data' in answer.body ? answer.body.data : answer.body;
  };
}

/** Faults of one answer that are looked at. */
const MOST_FAULTS = 50;

/** The body of a 422: `{ message, errors: { field: [text] } }`, with dots and indexes in the fields' names (inferred); else `{ message }`. */
function rejectionsIn(body: unknown): Rejection[] {
  const { message, errors } = isItem(body) ? body : {};
  const faults = isItem(errors) ? Object.entries(errors).slice(0, MOST_FAULTS) : [];
  if (faults.length === 0) return [{ field: [], issue: textOf(message) }];
  return faults.map(([field, texts]) => ({
    field: fieldPath(field),
    issue: textOf(Array.isArray(texts) ? texts[0] : texts),
  }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
