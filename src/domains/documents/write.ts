import type { NewContent } from '../../sources/dynamic-planner/documents.ts';
import type { WritingOperation } from '../../sources/index.ts';
import { dynamicPlannerOf } from '../shared/dynamic-planner.ts';
import { assertInScope } from '../shared/in-scope.ts';
import { bodyOf, type FieldsOf } from '../shared/input-fields.ts';
import { type People, personAt, personNow } from '../shared/people.ts';
import { idAt, type TargetInput, targetOf } from '../shared/target.ts';
import { Refused, required } from '../shared/user-errors.ts';
import { type Outcome, outcomeOf } from '../shared/write-outcome.ts';
import { written } from '../shared/written.ts';
import type { DocumentKey, DocumentModel } from './model.ts';

/** A document as it is to be written, without its bytes: what is absent stays as it is. */
export interface DocumentUploadInput extends TargetInput {
  readonly clientId?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly type?: string | null | undefined;
}

/** Where the fields of a document stand in Dynamic Planner (designed, unverified). The client stands in the path. */
const DOCUMENT_FIELDS = {
  name: { to: 'name' },
  type: { to: 'type' },
} satisfies FieldsOf<Omit<DocumentUploadInput, keyof TargetInput | 'clientId'>>;

/** What writing a document needs of the domains. */
export interface DocumentWriteNeeds {
  readonly clients: People;
  readonly organisation: { visibility(): Promise<{ readonly everything: boolean }> };
  readonly documents: {
    get(clientId: string, id: string): Promise<DocumentModel | null>;
    byGlobalId(id: string): Promise<DocumentModel | null>;
  };
}

const TYPES = ['Document'];

/** Writes of documents: what they are called, and their bytes. */
export function write(operation: WritingOperation, _kept: unknown, needs: DocumentWriteNeeds) {
  const { clients, documents, organisation } = needs;

  const upload = async (input: DocumentUploadInput) => {
    const source = dynamicPlannerOf(operation).documents;
    const path = ['input', 'clientId'];
    // The key belongs to the client too: used again for another it must not move what it made.
    const target = targetOf(operation.caller, input, {
      types: TYPES,
      parts: 2,
      kind: `document of ${input.clientId ?? ''}`,
    });
    if ('given' in target && input.clientId != null)
      throw new Refused({
        message: 'A document stays with its client: leave out `input.clientId`.',
        path,
        code: 'BAD_USER_INPUT',
      });
    if ('made' in target && input.clientId == null) throw required(path, 'a new document belongs to a client.');
    if (input.name === null || ('made' in target && input.name === undefined))
      throw required(['input', 'name'], 'a document has a name.');
    const parts = 'given' in target ? target.given.parts : [];
    const [person, before, { everything }] = await Promise.all([
      'given' in target
        ? personNow(clients, ['input', 'id'], parts[0] ?? '')
        : personAt(clients, path, input.clientId ?? ''),
      'given' in target ? documents.get(parts[0] ?? '', parts[1] ?? '') : null,
      organisation.visibility(),
    ]);
    assertInScope(everything, [
      person,
      { path: ['input', 'id'], what: 'document', isVisible: 'made' in target || before !== null },
    ]);
    const id = 'made' in target ? target.made : (parts[1] ?? '');
    const clientId = person.id ?? '';
    const body = bodyOf(DOCUMENT_FIELDS, input, 'input');
    const changes = await written(
      operation,
      { system: 'DYNAMIC_PLANNER', resource: 'document', id, clientIds: [clientId] },
      () => source.putDocument(operation, { of: clientId, id }, body),
    );
    return { done: { clientId, id }, changes };
  };

  const remove = async (globalId: string) => {
    const source = dynamicPlannerOf(operation).documents;
    const [clientId = '', id = ''] = idAt(['id'], globalId, TYPES, 2).parts;
    const [person, before, { everything }] = await Promise.all([
      personNow(clients, ['id'], clientId),
      documents.get(clientId, id),
      organisation.visibility(),
    ]);
    assertInScope(everything, [person]);
    // What is not among the client's documents is gone, or was never theirs.
    if (before === null) return { done: globalId, changes: [] };
    const changes = await written(
      operation,
      { system: 'DYNAMIC_PLANNER', resource: 'document', id, clientIds: [clientId] },
      () => source.deleteDocument(operation, { of: clientId, id }),
    );
    return { done: globalId, changes };
  };

  return {
    /** Names a new document, or changes what is given of one; its bytes have a door of their own. @throws CodedError FORBIDDEN, UpstreamError */
    upload: (input: DocumentUploadInput): Promise<Outcome<DocumentKey>> =>
      outcomeOf(() => upload(input), DOCUMENT_FIELDS, 'input'),

    /** Deletes a document and its bytes. @throws CodedError FORBIDDEN, UpstreamError */
    remove: (globalId: string): Promise<Outcome<string>> => outcomeOf(() => remove(globalId), {}, 'id'),

    /**
     * Puts bytes in the place of a document's.
     * @returns whether there is such a document that the caller may see
     * @throws BadInput, UpstreamError
     */
    async putContent(globalId: string, content: NewContent): Promise<boolean> {
      const document = await documents.byGlobalId(globalId);
      if (document === null) return false;
      const { id, clientId } = document;
      await written(operation, { system: 'DYNAMIC_PLANNER', resource: 'document', id, clientIds: [clientId] }, () =>
        dynamicPlannerOf(operation).documents.putContent(operation, id, content),
      );
      return true;
    },
  };
}
