import Negotiator from 'negotiator';
import { badRequest, notImplemented, ODataError } from './errors.ts';

/** How an answer is written. */
export interface Representation {
  readonly format: 'json' | 'xml';
  /** How much of `@odata.…` stands in it (OData 4.01 JSON Format, section 3.1). */
  readonly metadata: 'minimal' | 'none';
  /** Whether Edm.Int64 and Edm.Decimal are strings, for readers whose numbers are floats (section 3.2). */
  readonly ieee754: boolean;
  /** For `Content-Type`. */
  readonly mediaType: string;
}

interface Offer extends Representation {
  /** As it is compared with what a caller accepts, which names some of the parameters, with or without "odata.". */
  readonly compared: string;
}

const XML: Offer = {
  format: 'xml',
  metadata: 'minimal',
  ieee754: false,
  mediaType: 'application/xml',
  compared: 'application/xml;charset=utf-8',
};
const JSONS: readonly Offer[] = (['minimal', 'none'] as const).flatMap((metadata) =>
  [false, true].map((ieee754) => jsonOffer(metadata, ieee754)),
);
/** What the specification has besides, and this service does not. */
const FULL = [false, true].map((ieee754) => comparedJson('full', ieee754));

/** What there is to choose from: `data` is JSON only, and `$metadata` is XML first. CSDL in JSON came with 4.01, which not everyone knows. */
const OFFERS = { data: JSONS, metadata: [XML, ...JSONS], 'metadata 4.0': [XML] } as const;
/** The same in words. */
const TYPES: Readonly<Record<keyof typeof OFFERS, string>> = {
  data: 'application/json',
  metadata: 'application/xml or application/json',
  'metadata 4.0': 'application/xml, or application/json with OData-MaxVersion: 4.01',
};

/** Whoever can read an answer as a stream can read it whole, and the other way round where members stand in our order. */
const STREAMING = /;\s*(?:odata\.)?streaming\s*=\s*(?:true|false)/gi;

/** Short names of `$format` (OData 4.01 Protocol, section 11.2.11). */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['json', 'application/json'],
  ['xml', 'application/xml'],
]);

/**
 * Chooses how to write an answer, by `$format`, else by `Accept`.
 * @throws ODataError 406 where nothing is acceptable, 501 where only `odata.metadata=full` is
 */
export function representationOf(
  kind: keyof typeof OFFERS,
  format: string | undefined,
  accept: string | undefined,
): Representation {
  const wanted = (format === undefined ? accept : (SHORT.get(format.toLowerCase()) ?? format)) ?? '*/*';
  const offers = OFFERS[kind];
  const negotiator = new Negotiator({ headers: { accept: wanted.replaceAll(STREAMING, '') } });
  const [best] = negotiator.mediaTypes(offers.map(({ compared }) => compared));
  const offer = offers.find(({ compared }) => compared === best);
  if (offer) {
    const { compared: _, ...representation } = offer;
    return representation;
  }
  if (kind !== 'metadata 4.0' && negotiator.mediaTypes([...FULL]).length > 0)
    throw notImplemented('odata.metadata=full', 'Ask for odata.metadata=minimal.', null);
  const target = format === undefined ? 'Accept' : '$format';
  throw new ODataError(
    406,
    'NotAcceptable',
    `${target} leaves nothing to answer in. It may be ${TYPES[kind]}.`,
    target,
  );
}

/** What a request says of itself in its headers. */
export interface Preferences {
  /**
   * The version to answer in, for `OData-Version`: one that every caller who may ask knows. What 4.01 adds to requests is taken
   * where it is supported, but of a conforming 4.01 service more is asked (OData 4.01 Protocol, section 13.2.1).
   */
  readonly version: '4.0';
  /** What `$metadata` may be written in. */
  readonly metadata: 'metadata' | 'metadata 4.0';
  /** The most entities on a page that the caller wants; null where it says nothing that can be read. */
  readonly maxPageSize: number | null;
}

/**
 * Reads `OData-Version`, `Isolation`, `OData-MaxVersion` and `Prefer` (OData 4.01 Protocol, sections 8.1.5, 8.2.6, 8.2.7 and 8.2.8.5).
 * @param headers by their names in lower case
 * @throws ODataError 400 where the caller knows no version that this service has, 412 where all pages are to be of one moment
 */
export function preferencesOf(headers: Readonly<Record<string, string | string[] | undefined>>): Preferences {
  const version = single(headers['odata-version']);
  if (version !== undefined && version !== '4.0' && version !== '4.01')
    throw badRequest('OData-Version may be 4.0 or 4.01.', 'OData-Version');
  if (headers.isolation !== undefined || headers['odata-isolation'] !== undefined)
    throw new ODataError(412, 'PreconditionFailed', 'There are no snapshots here: leave Isolation out.', 'Isolation');
  const most = single(headers['odata-maxversion']);
  if (most !== undefined && !/^\d+(\.\d+)?$/.test(most))
    throw badRequest('OData-MaxVersion is a version such as 4.01.', 'OData-MaxVersion');
  if (most !== undefined && Number(most) < 4)
    throw badRequest('This service answers in OData 4.0: raise OData-MaxVersion.', 'OData-MaxVersion');
  const metadata = most !== undefined && Number(most) < 4.01 ? 'metadata 4.0' : 'metadata';
  return { version: '4.0', metadata, maxPageSize: pageSizeOf(headers.prefer) };
}

/** A preference that can't be read is passed over, as RFC 7240 has it. */
function pageSizeOf(prefer: string | string[] | undefined): number | null {
  const texts = [prefer ?? []].flat().join(',').split(/[,;]/);
  for (const text of texts) {
    const [, digits] = /^\s*(?:odata\.)?maxpagesize\s*=\s*"?(\d{1,9})"?\s*$/i.exec(text) ?? [];
    if (digits !== undefined && Number(digits) > 0) return Number(digits);
  }
  return null;
}

function single(header: string | string[] | undefined): string | undefined {
  return [header ?? []].flat()[0]?.trim();
}

function jsonOffer(metadata: Representation['metadata'], ieee754: boolean): Offer {
  const compatible = ieee754 ? ';IEEE754Compatible=true' : '';
  const mediaType = `application/json;odata.metadata=${metadata};odata.streaming=true${compatible};charset=utf-8`;
  return { format: 'json', metadata, ieee754, mediaType, compared: comparedJson(metadata, ieee754) };
}

function comparedJson(metadata: string, ieee754: boolean): string {
  return `application/json;odata.metadata=${metadata};metadata=${metadata};IEEE754Compatible=${ieee754};charset=utf-8`;
}
