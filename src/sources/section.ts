import { type UpstreamError, upstreamErrorOf } from '../platform/errors.ts';
import type { Operation } from '../platform/operation.ts';
import type { Stretch } from '../platform/paging/pages.ts';
import type { Section } from '../platform/relay/sections.ts';
import type { System } from '../platform/system.ts';
import type { Wire } from '../platform/wire.ts';
import { identified } from './read.ts';

/** How many positions are read at once to count what a platform can't count. */
const COUNT_STRIDE = 500;

/** One platform's list as a section of a joined list. */
export interface ListSectionOptions<T> {
  readonly system: System;
  /** What an item is called in messages. */
  readonly name: string;
  /** Reads a window by absolute position; null where the platform is not configured: the section is empty. */
  readonly window: ((offset: number, count: number) => Promise<Stretch<unknown>>) | null;
  /** Whether the platform applies the whole filter itself. */
  readonly exact: boolean;
  /** The whole filter: applied to everything that comes back, since a platform ignores in silence what it does not know. */
  readonly keep: (wire: Wire) => boolean;
  readonly node: (wire: Wire) => T;
}

/** A section over a platform's own paged list. Where it turns out that the platform ignored the filter, it is walked from then on. */
export function listSection<T>(operation: Operation, options: ListSectionOptions<T>): Section<T> {
  const { system, name, window, exact, keep, node } = options;
  let length: number | null = window === null ? 0 : null;
  let ignored = false;
  let before = { offset: -1, text: '' };

  const read: Section<T>['read'] = async (offset, count) => {
    if (window === null) return { items: [], more: false };
    const stretch = await operation.waves.run(() => window(offset, count));
    length = stretch.total;
    // A platform that does not tell a total may give the same page for every page number: that is the end.
    const text = stretch.total === null ? JSON.stringify(stretch.items) : '';
    const isRepeated = text !== '' && text === before.text && offset > before.offset;
    before = { offset, text };
    if (stretch.items.length === 0 || isRepeated) return { items: [], more: false };
    const items = stretch.items.flatMap((raw, index) => {
      const [wire] = identified(operation, system, name, 'id', [raw]);
      if (wire === undefined) return [];
      try {
        if (keep(wire)) return [{ position: offset + index, node: node(wire) }];
        ignored ||= exact;
      } catch (error) {
        // Whether it belongs to the list can't be told: it is left out.
        operation.report(upstreamErrorOf(error));
      }
      return [];
    });
    return { items, more: stretch.more };
  };

  return {
    get exact() {
      return exact && !ignored;
    },
    read,
    async length() {
      if (length === null) await read(0, 1);
      return length;
    },
    async total() {
      if (exact && length === null) await read(0, 1);
      if (exact && !ignored) return length;
      let total = 0;
      for (let offset = 0, more = true; more; offset += COUNT_STRIDE) {
        const stretch = await read(offset, COUNT_STRIDE);
        total += stretch.items.length;
        more = stretch.more;
      }
      return total;
    },
  };
}

/** A section whose platform can't be asked. */
export function failingSection<T>(error: UpstreamError): Section<T> {
  const fail = (): Promise<never> => Promise.reject(error);
  return { exact: true, read: fail, length: fail, total: fail };
}
