import { CodedError, type ErrorCode } from '../errors.ts';
import type { Progress, Wrapper } from './send.ts';

/** Tells the scope's observer of each call when it is over, with all its attempts: also of one that never left. */
export const withReport: Wrapper = (next) => async (call) => {
  const { system, domain, method, template, batchSize, scope } = call;
  const progress: Progress = { attempts: [], queuedMs: 0 };
  const wave = scope.wave();
  const startedAt = performance.now();
  let code: ErrorCode | undefined;
  try {
    return await next({ ...call, progress });
  } catch (error) {
    code = error instanceof CodedError ? error.code : 'INTERNAL_SERVER_ERROR';
    throw error;
  } finally {
    const ms = performance.now() - startedAt;
    scope.observer.called({ system, domain, method, template, batchSize, wave, startedAt, ms, code, ...progress });
  }
};
