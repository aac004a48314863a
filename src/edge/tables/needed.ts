/** What it takes to read tables at all; what stands in them takes the scopes that it takes in the graph. */
export const NEEDED = [['tables:read']] as const;
