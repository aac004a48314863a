// Where things are. Every address that is told to a client comes from here, so that a path before the gateway's own
// (`PUBLIC_URL=https://example.com/wealth`) is never left out.

const part = (name: string): string => encodeURIComponent(name);

/** The page of tables, or a part of it: `excel`. */
export function pageLink(publicUrl: string, anchor?: string): string {
  return anchor === undefined ? `${publicUrl}/tables` : `${publicUrl}/tables#${part(anchor)}`;
}

/** A table as a file of a format, by the format's extension; `odc` is the table's connection file. */
export function fileLink(publicUrl: string, table: string, extension: string): string {
  return `${publicUrl}/tables/${part(table)}.${part(extension)}`;
}

/** A connection file for the whole feed. */
export function connectionLink(publicUrl: string, extension: 'pbids' | 'odc'): string {
  return `${publicUrl}/tables/${CONNECTION_NAME}.${extension}`;
}

/** What a connection file for the whole feed is called, without its extension. No table can have this name. */
export const CONNECTION_NAME = 'wealthgraph';

/** The root of the OData service. With a slash at the end, since clients resolve relative addresses against it (OData 4.01, part 2, section 2). */
export function feedLink(publicUrl: string): string {
  return `${publicUrl}/odata/v4/`;
}
