import type { UpstreamError } from '../../platform/errors.ts';
import type { Ref } from '../../platform/relay/ids.ts';
import { Wire } from '../../platform/wire.ts';
import type { OwnershipFlag, PlanOwnerModel } from './model.ts';

/** An owner as a platform sends it. */
export interface RawOwner {
  readonly id: string;
  readonly percentage: number | null;
}

/** Takes what is broken, where it is to be told. */
type OnBroken = (problem: UpstreamError) => void;

/** Owners as they were read, and what was wrong with them: several parts of an operation need them. */
interface Read {
  readonly owners: readonly RawOwner[];
  readonly problems: readonly UpstreamError[];
}
const OWNERS = Symbol('owners');

/** The owners of a Dynamic Planner finance. A broken percentage counts as missing, a broken list as empty. */
export function financeOwners(finance: Wire, onBroken?: OnBroken): readonly RawOwner[] {
  return once(finance, onBroken, (told) => listed(finance, 'owners', 'clientId', 'percentage', told));
}

/** The owners of a Plannr plan; the one `client` where it lists no accounts. */
export function plannrOwners(plan: Wire, onBroken?: OnBroken): readonly RawOwner[] {
  return once(plan, onBroken, (told) => {
    const owners = listed(plan, 'accounts', 'account_uuid', 'ownership_percentage', told);
    if (owners.length > 0) return owners;
    const client = Wire.safely(() => plan.child('client')?.text('uuid') ?? null, null, told);
    return client === null ? [] : [{ id: client, percentage: null }];
  });
}

function once(wire: Wire, onBroken: OnBroken | undefined, read: (told: OnBroken) => RawOwner[]): readonly RawOwner[] {
  const { owners, problems } = wire.once(OWNERS, (): Read => {
    const found: UpstreamError[] = [];
    return { owners: read((problem) => found.push(problem)), problems: found };
  });
  for (const problem of problems) onBroken?.(problem);
  return owners;
}

function listed(wire: Wire, list: string, idField: string, shareField: string, onBroken?: OnBroken): RawOwner[] {
  return Wire.safely(() => wire.children(list), [], onBroken).flatMap((owner) => {
    const id = Wire.safely(() => owner.text(idField), null, onBroken);
    return id === null ? [] : [{ id, percentage: Wire.safely(() => owner.number(shareField), null, onBroken) }];
  });
}

/** A percentage's smallest parts that are told apart, to one percent. Dynamic Planner does not say how fine its percentages are. */
const FINE = 10_000;
/** Plannr's percentages have two decimals: what is left out there is split as the platform itself would. */
export const HUNDREDTHS = 100;

/**
 * The owners' shares: those without a percentage split equally what the others leave (platform documentation of `POST /plans`), and
 * several accounts of one person are one owner.
 * @param parts into how many parts of a percent an equal share may be split, where what is left is as coarse
 */
export function shares(
  owners: readonly (Pick<RawOwner, 'percentage'> & { readonly ref: Ref })[],
  parts: typeof FINE | typeof HUNDREDTHS = FINE,
): {
  owners: PlanOwnerModel[];
  flag: OwnershipFlag | null;
} {
  const [only] = owners;
  // Most plans have one owner, who owns all of it.
  if (owners.length === 1 && only !== undefined && (only.percentage ?? 100) === 100)
    return { owners: [{ ref: only.ref, percentage: 100 }], flag: null };
  const given = owners.reduce((sum, { percentage }) => sum + (percentage ?? 0), 0);
  const without = owners.filter(({ percentage }) => percentage === null);
  const rest = equalParts(roundedTo4(Math.max(0, 100 - given)), without.length, parts);
  const byOwner = new Map<string, PlanOwnerModel>();
  for (const owner of owners) {
    const { ref, percentage } = owner;
    const key = `${ref.system}:${ref.id}`;
    const own = percentage ?? rest[without.indexOf(owner)] ?? 0;
    byOwner.set(key, { ref, percentage: roundedTo4(own + (byOwner.get(key)?.percentage ?? 0)) });
  }
  return { owners: [...byOwner.values()], flag: flagOf(given, without.length, owners.length) };
}

/** A percentage in equal parts that make up the whole: what does not divide goes to the first ones. */
function equalParts(percentage: number, count: number, coarse: number): number[] {
  const scale = Number.isInteger(roundedTo4(percentage * coarse)) ? coarse : FINE;
  const units = Math.round(percentage * scale);
  return Array.from(
    { length: count },
    (_, index) => (Math.floor(units / count) + (index < units % count ? 1 : 0)) / scale,
  );
}

function flagOf(given: number, missing: number, count: number): OwnershipFlag | null {
  const sum = roundedTo4(given);
  // A sole owner without a percentage owns all of it.
  if (missing > 0 && count > 1) return 'PERCENTAGE_MISSING';
  if (sum > 100) return 'PERCENTAGES_ABOVE_100';
  return missing === 0 && sum < 100 && count > 0 ? 'PERCENTAGES_BELOW_100' : null;
}

function roundedTo4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
