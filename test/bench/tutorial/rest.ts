/** A REST API by way of `fetch`, as the tutorial's data sources are. */
export class RestApi {
  readonly #baseUrl: string;
  readonly #headers: () => Promise<Record<string, string>>;

  constructor(baseUrl: string, headers: () => Promise<Record<string, string>>) {
    this.#baseUrl = baseUrl;
    this.#headers = headers;
  }

  /** One GET. */
  async get<T>(path: string, params: Record<string, string> = {}): Promise<T> {
    const url = new URL(path, this.#baseUrl);
    for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
    const response = await fetch(url, { headers: await this.#headers() });
    if (!response.ok) throw new Error(`${response.status}: ${response.statusText}`);
    return (await response.json()) as T;
  }
}

/** Items by the ids they belong to. */
export function group<T>(ids: readonly string[], items: readonly T[], idsOf: (item: T) => readonly string[]): T[][] {
  const groups = new Map<string, T[]>(ids.map((id) => [id, []]));
  for (const item of items) for (const id of new Set(idsOf(item))) groups.get(id)?.push(item);
  return ids.map((id) => groups.get(id) ?? []);
}
