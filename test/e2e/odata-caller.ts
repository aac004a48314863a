import type { House } from './harness.ts';

/** An answer of the OData service. */
export interface ODataReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's, which TypeScript does not see.
  readonly body: any;
}

// biome-ignore lint/suspicious/noExplicitAny: entities of any set.
export type Entity = any;

/** Asks for a path below the service's root; what a URL can't hold is encoded as `fetch` does it. */
export async function odata(
  house: House,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<ODataReply> {
  const response = await fetch(`${house.gateway.url}/odata/v4${path}`, { headers, method });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
}

/** All entities of a collection, following its links, page by page. */
export async function pagesOf(house: House, path: string, headers: Record<string, string> = {}): Promise<Entity[][]> {
  const root = `${house.gateway.url}/odata/v4`;
  const pages: Entity[][] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const { status, body, text } = await odata(house, next, headers);
    if (status !== 200) throw new Error(`${next}: ${status} ${text}`);
    pages.push(body.value);
    const link: string | undefined = body['@odata.nextLink'];
    if (link !== undefined && !link.startsWith(root)) throw new Error(`a link that leads elsewhere: ${link}`);
    next = link?.slice(root.length);
  }
  return pages;
}

/** The same, in one list. */
export async function allOf(house: House, path: string, headers: Record<string, string> = {}): Promise<Entity[]> {
  return (await pagesOf(house, path, headers)).flat();
}

/** An error as the specification has it, and nothing of where it came from. */
export function isODataError({ body, text }: ODataReply): boolean {
  const { code, message } = body?.error ?? {};
  const isWhole = typeof code === 'string' && code !== '' && typeof message === 'string' && message !== '';
  return isWhole && !/node_modules|\bat .*\.ts:|\.ts:\d+/.test(text);
}
