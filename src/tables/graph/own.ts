/** Names that the operations of a table use besides the document's own. */
export const OWN = { page: '_page', id: '_id', node: '_node', first: '_first', after: '_after' } as const;

/** Those names, which nothing of the document may have. */
export const TAKEN: ReadonlySet<string> = new Set(Object.values(OWN));

/** The most that a page of the graph holds. */
export const LARGEST_PAGE = 200;
