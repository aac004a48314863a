import { describe, expect, it } from 'vitest';
import { preferencesOf, representationOf } from '../../../src/tables/odata/representation.ts';

const POWER_BI =
  'application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7';

describe('an answer', () => {
  it.each([
    [undefined, undefined, 'minimal', false],
    [undefined, '*/*', 'minimal', false],
    [undefined, 'application/json', 'minimal', false],
    [undefined, POWER_BI, 'minimal', false],
    [undefined, 'application/json;odata.metadata=none', 'none', false],
    [undefined, 'application/json;metadata=none', 'none', false],
    [undefined, 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=true', 'minimal', true],
    [undefined, 'application/json;ieee754compatible=true', 'minimal', true],
    [undefined, 'application/json;odata.metadata=full, application/json;odata.metadata=none;q=0.5', 'none', false],
    [undefined, 'application/json;odata.streaming=false;metadata=none', 'none', false],
    [undefined, 'application/json; charset=UTF-8', 'minimal', false],
    ['json', 'application/xml', 'minimal', false],
    ['JSON', undefined, 'minimal', false],
    ['application/json;odata.metadata=none', undefined, 'none', false],
  ])('with $format=%s and Accept: %s has %s metadata, IEEE754Compatible=%s', (format, accept, metadata, ieee754) => {
    const representation = representationOf('data', format, accept);
    expect(representation).toMatchObject({ format: 'json', metadata, ieee754 });
    expect(representation.mediaType).toContain(`odata.metadata=${metadata}`);
    expect(representation.mediaType.includes('IEEE754Compatible=true')).toBe(ieee754);
  });

  it.each([
    [undefined, undefined, 'xml'],
    [undefined, '*/*', 'xml'],
    [undefined, 'application/xml', 'xml'],
    [undefined, 'application/json', 'json'],
    [undefined, 'application/json;odata.metadata=minimal', 'json'],
    [undefined, 'application/xml,application/json;q=0.5', 'xml'],
    ['json', 'application/xml', 'json'],
    ['xml', 'application/json', 'xml'],
    ['application/xml', undefined, 'xml'],
  ] as const)('to $metadata with $format=%s and Accept: %s is %s', (format, accept, expected) => {
    expect(representationOf('metadata', format, accept).format).toBe(expected);
  });

  it.each([
    ['data', 'xml', undefined, 406, '$format'],
    ['data', 'constructor', undefined, 406, '$format'],
    ['data', '', undefined, 406, '$format'],
    ['data', 'atom', undefined, 406, '$format'],
    ['data', undefined, 'text/csv', 406, 'Accept'],
    ['data', undefined, 'application/json;q=0', 406, 'Accept'],
    ['data', undefined, 'application/json;odata.metadata=full', 501, null],
    ['metadata', undefined, 'text/html', 406, 'Accept'],
  ] as const)('to %s with $format=%s and Accept: %s is refused with %i', (kind, format, accept, status, target) => {
    expect(() => representationOf(kind, format, accept)).toThrow(expect.objectContaining({ status, target }));
  });
});

describe('headers', () => {
  it.each([
    [{}, null],
    [{ 'odata-maxversion': '4.0', 'odata-version': '4.0' }, null],
    [{ 'odata-maxversion': '4.01' }, null],
    [{ 'odata-maxversion': '5.0' }, null],
    [{ prefer: 'odata.maxpagesize=1000' }, 1000],
    [{ prefer: 'respond-async, MaxPageSize = "50"; foo=1' }, 50],
    [{ prefer: ['a=b', 'maxpagesize=7'] }, 7],
    [{ prefer: 'maxpagesize=0' }, null],
    [{ prefer: 'maxpagesize=many' }, null],
  ])('%j', (headers, maxPageSize) => {
    expect(preferencesOf(headers)).toMatchObject({ version: '4.0', maxPageSize });
  });

  it.each([
    [{}, 'metadata'],
    [{ 'odata-maxversion': '4.01' }, 'metadata'],
    [{ 'odata-maxversion': '4.0' }, 'metadata 4.0'],
    [{ 'odata-maxversion': '4' }, 'metadata 4.0'],
  ])('%j tell in what $metadata may be: %s', (headers, metadata) => {
    expect(preferencesOf(headers)).toMatchObject({ metadata });
  });

  it.each([{ 'odata-maxversion': '3.0' }, { 'odata-maxversion': 'x' }, { 'odata-version': '3.0' }])(
    '%j are refused',
    (headers) => {
      expect(() => preferencesOf(headers)).toThrow(expect.objectContaining({ status: 400 }));
    },
  );
});
