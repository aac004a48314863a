import type { SandboxData } from '../data.ts';
import type { DpEvent } from '../dynamic-planner/wire.ts';
import { type Random, randomFor } from '../people/random.ts';
import type { PlannrEvent } from '../plannr/wire.ts';
import type { ChangeContext, Kind, Write } from './context.ts';
import { FINANCES } from './finances.ts';
import { PEOPLE } from './people.ts';
import { PLANNR } from './plannr.ts';
import { shownPeople } from './shown.ts';
import { Subjects } from './subjects.ts';
import type { Change, ChangeKind } from './types.ts';
import { Walk } from './walk.ts';

const KINDS: Readonly<Record<ChangeKind, Kind>> = { ...PEOPLE, ...FINANCES, ...PLANNR };

/** What changes when nobody says what: nothing that adds people, papers or levels. */
const GENTLE: readonly ChangeKind[] = ['client', 'valuation', 'valuation', 'finance', 'plan', 'planValuation'];

/** One in so many changes is about one of the people whom a newcomer sees first. */
const EVERY_FIRST = 3;
const FIRST = 12;

/** Makes small, believable changes, the same ones for the same seed. */
export class Changes {
  readonly #data: SandboxData;
  readonly #random: Random;
  readonly #context: ChangeContext;
  readonly #subjects: Subjects;

  constructor(data: SandboxData, writes: { dynamicPlanner: Write; plannr: Write }, seed: number) {
    this.#data = data;
    this.#random = randomFor(seed, 'changes', 0);
    this.#context = { data, random: this.#random, walk: new Walk(), recorded: new Map(), ...writes };
    this.#subjects = new Subjects(data);
  }

  /**
   * Makes one change at once.
   * @throws RangeError where there is nothing of the kind, or not with this id, that can be changed
   */
  make(kind?: ChangeKind, id?: string): Change {
    if (kind === undefined) return this.#gentle();
    if (id !== undefined) {
      if (!KINDS[kind].fits(this.#data, id)) throw new RangeError(`the sandbox cannot change this ${kind}: ${id}`);
      return this.#make(kind, id);
    }
    const picked = this.#subjects.pick(KINDS[kind], this.#random);
    if (picked === undefined) throw new RangeError(`the sandbox has no ${kind} to change`);
    return this.#make(kind, picked);
  }

  #gentle(): Change {
    const first = this.#random.int(1, EVERY_FIRST) === 1;
    const kind = first ? 'client' : this.#random.pick(GENTLE);
    const shown = shownPeople(this.#data);
    for (const wanted of new Set([kind, ...GENTLE])) {
      const options = { suits: (id: string) => !shown.hasFigure(id), ...(first ? { first: FIRST } : {}) };
      const id = this.#subjects.pick(KINDS[wanted], this.#random, options);
      if (id !== undefined) return this.#make(wanted, id);
    }
    throw new RangeError('the sandbox has nothing to change');
  }

  #make(kind: ChangeKind, id: string): Change {
    const { told } = this.#data;
    const dynamicPlanner: DpEvent[] = [];
    const plannr: PlannrEvent[] = [];
    const ends = [
      told.dynamicPlanner.add((event) => dynamicPlanner.push(event)),
      told.plannr.add((event) => plannr.push(event)),
    ];
    try {
      KINDS[kind].make(this.#context, id);
    } finally {
      for (const end of ends) end();
    }
    return { kind, id, dynamicPlanner, plannr };
  }
}
