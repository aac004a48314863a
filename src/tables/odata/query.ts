import { badRequest, notImplemented } from './errors.ts';

/** The system query options that this service has. */
export type OptionName =
  | '$select'
  | '$filter'
  | '$orderby'
  | '$top'
  | '$skip'
  | '$count'
  | '$search'
  | '$expand'
  | '$skiptoken'
  | '$format';

/** A request's query options, decoded. */
export interface Query {
  readonly options: ReadonlyMap<OptionName, string>;
  /** Texts of parameter aliases by `@name` (OData 4.01 URL Conventions, section 5.3). */
  readonly aliases: ReadonlyMap<string, string>;
}

const KNOWN: ReadonlySet<string> = new Set<OptionName>([
  ...(['$select', '$filter', '$orderby', '$top', '$skip', '$count', '$search', '$expand', '$skiptoken'] as const),
  '$format',
]);

/** Options that the specification has and this service does not. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  ...['$apply', '$compute', '$index', '$schemaversion', '$deltatoken', '$id', '$levels'],
]);

/** The offset of a time: the one "+" that is meant where it was not encoded. */
const OFFSET = /(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\+(?=\d{2}:\d{2})/gi;

/**
 * Reads the query of a URL. Names are taken in any case and with or without "$" (OData 4.01 Protocol, section 11.2.1); other
 * options than the specification's are for others to read. "+" is a space, as forms write it, but for that of a time's offset.
 * @param raw what follows "?", as it is in the URL
 * @throws ODataError 400 on an option that is given twice or not known, 501 on one that is not supported
 */
export function queryOf(raw: string): Query {
  const options = new Map<OptionName, string>();
  const aliases = new Map<string, string>();
  for (const pair of raw.split('&')) {
    const [name, value] = pairOf(pair);
    if (name.startsWith('@')) setOnce(aliases, name, value);
    const option = optionOf(name);
    if (option !== null) setOnce(options, option, value);
  }
  return { options, aliases };
}

/**
 * The query of the next page: that of this one, with another `$skiptoken`.
 * @param raw what follows "?" in the URL of this page
 * @param token not yet encoded
 */
export function nextQuery(raw: string, token: string): string {
  const kept = raw.split('&').filter((pair) => pair !== '' && optionOf(pairOf(pair)[0]) !== '$skiptoken');
  return [...kept, `$skiptoken=${encodeURIComponent(token)}`].join('&');
}

/**
 * The option that a name stands for; null where it is none of the specification's.
 * @throws ODataError 400 where it begins with "$" and is not known, 501 where it is not supported
 */
export function optionOf(name: string): OptionName | null {
  const lower = name.toLowerCase();
  const option = lower.startsWith('$') ? lower : `$${lower}`;
  if (KNOWN.has(option)) return option as OptionName;
  if (UNSUPPORTED.has(option) && (lower.startsWith('$') || option !== '$id'))
    throw notImplemented(option, 'Leave it out.');
  if (lower.startsWith('$')) throw badRequest(`There is no query option "${name}".`, name);
  return null;
}

function setOnce<K extends string>(into: Map<K, string>, name: K, value: string): void {
  if (into.has(name)) throw badRequest(`${name} is given twice.`, name);
  into.set(name, value);
}

function pairOf(pair: string): readonly [name: string, value: string] {
  const equals = pair.indexOf('=');
  const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
  return [decoded(name).trim(), decoded(value).trim()];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(OFFSET, '$1%2B').replaceAll('+', ' '));
  } catch {
    throw badRequest('The query is not percent-encoded UTF-8.');
  }
}
