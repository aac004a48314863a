/** Names that the operations of a table use besides the document's own. */
export const OWN = { page: '_page', id: '_id', node: '_node', first: '_first', after: '_after' } as const;

/** The most that a page of the graph holds. */
export const LARGEST_PAGE = 200;
