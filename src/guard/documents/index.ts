export { DOCUMENT_MODES, type DocumentMode, type DocumentPolicy, resolveDocument } from './resolve.ts';
export { DocumentStore, loadDocuments } from './store.ts';
