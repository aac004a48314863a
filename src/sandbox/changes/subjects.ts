import type { SandboxData } from '../data.ts';
import type { Random } from '../people/random.ts';
import type { Kind } from './context.ts';

const DRAWS = 20;

/** What changes may be about without being asked for by id: nothing that is odd on purpose, or one policy in both systems. */
export class Subjects {
  readonly #data: SandboxData;
  readonly #left: ReadonlySet<string>;
  /** Of each kind, made when first needed: a large sandbox starts no slower. */
  readonly #known = new Map<Kind, readonly string[]>();

  constructor(data: SandboxData) {
    this.#data = data;
    const same = data.samePolicies.flatMap(({ financeId, planUuid }) => [financeId, planUuid]);
    this.#left = new Set([...Object.values(data.oddities).flat(), ...same]);
  }

  /** One of the first so many that the kind can change now and `suits` allows; undefined where there is none. */
  pick(
    kind: Kind,
    random: Random,
    { first, suits = () => true }: { first?: number; suits?: (id: string) => boolean } = {},
  ): string | undefined {
    const ids = this.#of(kind).slice(0, first);
    const isFit = (id: string): boolean => kind.fits(this.#data, id) && suits(id);
    for (let draw = 0; draw < DRAWS && ids.length > 0; draw += 1) {
      const id = random.pick(ids);
      if (isFit(id)) return id;
    }
    return ids.find(isFit);
  }

  #of(kind: Kind): readonly string[] {
    const known = this.#known.get(kind);
    if (known !== undefined) return known;
    const ids = [...kind.all(this.#data)].filter((id) => !this.#left.has(id) && kind.fits(this.#data, id));
    this.#known.set(kind, ids);
    return ids;
  }
}
