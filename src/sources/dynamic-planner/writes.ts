import { UpstreamError } from '../../platform/errors.ts';
import type { CallScope } from '../../platform/operation.ts';
import type { Resource } from './contract.ts';
import type { Target, Write } from './writer.ts';

/** What is to be changed of a thing, by this gateway's field names: what does not stand in it stays as it is; null empties. */
export type Body = Readonly<Record<string, unknown>>;

/** Writes of people and employees and what is between them. */
export const crmWrites = (write: Write) => ({
  putClient: putting(write, 'client'),
  putEmployee: putting(write, 'employee'),
  putRelationship: putting(write, 'relationship'),
  deleteRelationship: removing(write, 'relationship'),
});

/** Writes of what documents are called, and their deletion. */
export const documentWrites = (write: Write) => ({
  putDocument: putting(write, 'document'),
  deleteDocument: removing(write, 'document'),
});

/** Writes of finances and their valuations. */
export const financeWrites = (write: Write) => ({
  putFinance: putting(write, 'finance'),
  deleteFinance: removing(write, 'finance'),
  putValuation: putting(write, 'valuation'),
});

/** Makes the function that creates things of a resource, or changes what is given of them. @throws UpstreamError, RejectedWrite */
function putting(write: Write, resource: Resource) {
  return async (scope: CallScope, target: Target, body: Body): Promise<void> => {
    await write(scope, 'PUT', resource, target, body);
  };
}

/** Makes the function that deletes things of a resource. What is gone already is no failure (platform documentation). @throws UpstreamError */
function removing(write: Write, resource: Resource) {
  return async (scope: CallScope, target: Target): Promise<void> => {
    try {
      await write(scope, 'DELETE', resource, target);
    } catch (error) {
      if (!(error instanceof UpstreamError) || error.status !== 404) throw error;
    }
  };
}
