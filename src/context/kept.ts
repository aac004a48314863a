import { DOMAINS } from '../generated/domains.ts';
import { Kept as KeptValue } from '../platform/kept.ts';

type Domains = typeof DOMAINS;
type Keeping = { [D in keyof Domains]: Domains[D] extends { keep: unknown } ? D : never }[keyof Domains];
type Keep<D extends Keeping> = Domains[D] extends { keep: (options: infer O) => infer K }
  ? { options: O; kept: K }
  : never;
type Intersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never;

/** What the domains keep for all operations. */
export type Kept = { readonly [D in Keeping]: Keep<D>['kept'] };

/** Everything that any domain needs to keep something. */
export type KeptOptions = Intersection<
  { [D in Keeping]: unknown extends Keep<D>['options'] ? object : Keep<D>['options'] }[Keeping]
>;

/** Makes what each domain keeps. */
export function keepAll(options: KeptOptions): Kept {
  const entries = Object.entries(DOMAINS).flatMap(([name, domain]) =>
    'keep' in domain ? [[name, (domain.keep as (options: KeptOptions) => unknown)(options)]] : [],
  );
  return Object.fromEntries(entries) as Kept;
}

/** Begins to load what is loaded in the background. @returns when all first loads have ended, well or not */
export async function startAll(kept: Kept): Promise<void> {
  await Promise.all(Object.values(kept).map((value) => (value instanceof KeptValue ? value.start() : undefined)));
}

export async function refreshAll(kept: Kept): Promise<void> {
  await Promise.all(Object.values(kept).map((value) => (value instanceof KeptValue ? value.refresh() : undefined)));
}

/** Changes when any of the kept values does. */
export function versionOf(kept: Kept): string {
  return Object.values(kept)
    .map((value) => (value instanceof KeptValue ? value.version : ''))
    .join();
}

export function stopAll(kept: Kept): void {
  for (const value of Object.values(kept)) if (value instanceof KeptValue) value.stop();
}
