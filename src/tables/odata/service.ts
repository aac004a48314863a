import { serviceContext } from './context.ts';
import type { EntityModel } from './model.ts';
import type { Representation } from './representation.ts';

/**
 * The service document: which entity sets there are (OData 4.01 JSON Format, section 5).
 * @param root the URL of the service, with "/" at its end
 */
export function serviceDocument(root: string, { sets }: EntityModel, { metadata }: Representation): string {
  const value = sets.map(({ name }) => ({ name, kind: 'EntitySet', url: name }));
  return JSON.stringify({ ...(metadata !== 'none' && { '@odata.context': serviceContext(root) }), value });
}
