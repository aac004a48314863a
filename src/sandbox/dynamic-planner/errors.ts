import { randomUUID } from 'node:crypto';
import { type Answer, answer, Refusal } from '../server/route.ts';

/** Status → error name. The statuses are the platform's documented ones; the names are designed, unverified. */
const NAMES: Readonly<Record<number, string>> = {
  400: 'validation_failed',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  429: 'rate_limited',
  500: 'internal_error',
  503: 'service_unavailable',
};

/** The platform's error body `{ error, message, correlationId, details? }` (platform documentation). */
export function errorBody(status: number, message: string, details?: { field: string; issue: string }): unknown {
  const body = { error: NAMES[status] ?? 'error', message, correlationId: randomUUID() };
  return details === undefined ? body : { ...body, details };
}

/** A 400 about one field of the query, the path or the body. */
export function invalid(field: string, issue: string, message = `${field} is not acceptable: ${issue}`): Refusal {
  return new Refusal(answer(400, errorBody(400, message, { field, issue })));
}

/** A 404 for one thing. */
export function absent(what: string, id: string): Refusal {
  return new Refusal(answer(404, errorBody(404, `There is no ${what} ${id}.`)));
}

/** A 409. */
export function conflict(message: string): Refusal {
  return new Refusal(answer(409, errorBody(409, message)));
}

/** A 401 for the access token; a missing subscription key has another shape. */
export function unauthorized(message: string): Answer {
  return {
    status: 401,
    body: errorBody(401, message),
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  };
}
