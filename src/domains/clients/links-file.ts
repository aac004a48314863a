import { z } from 'zod';
import type { LinkEntry } from './link-table.ts';

const schema = z.array(z.strictObject({ plannrAccount: z.guid(), dynamicPlannerClient: z.guid() }));

/**
 * Reads the links file: `[{ "plannrAccount": "<uuid>", "dynamicPlannerClient": "<id>" }]`.
 * @throws Error that says at which entry it is wrong
 */
export function parseLinksFile(text: string): LinkEntry[] {
  const result = schema.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new TypeError(`entry ${issue?.path.join('.') || 'list'}: ${issue?.message ?? 'is not allowed'}`);
}
