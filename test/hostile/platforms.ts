import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { offer } from './beside.ts';
import { HOUSES, type HouseName } from './range.ts';
import { forbiddenIn } from './secrets.ts';
import { strangeCalls } from './upstream.ts';
import { openVitals } from './vitals.ts';

// A process of its own: the platforms of both houses.

const ROOT = join(import.meta.dirname, '../..');

const vitals = openVitals();
let sandboxes: Readonly<Record<HouseName, Sandbox>> | undefined;

const platforms = {
  async open() {
    const [jwt, sandbox] = await Promise.all([startSandbox(), startSandbox()]);
    sandboxes = { jwt, sandbox };
    const units = jwt.data.dynamicPlanner.organisationUnits.all();
    const top = units.find(({ parentId }) => parentId == null)?.id ?? '';
    const region = units.find(({ parentId }) => parentId === top)?.id ?? '';
    const seen = new Set([region]);
    for (let size = 0; size < seen.size; ) {
      size = seen.size;
      for (const { id, parentId } of units) if (parentId != null && seen.has(parentId)) seen.add(id);
    }
    return {
      /** The environment that points a gateway at its platforms. */
      settings: { jwt: jwt.settings, sandbox: sandbox.settings },
      urls: [jwt, sandbox].flatMap(({ dynamicPlanner, plannr }) => [dynamicPlanner.url, plannr.url]),
      /** Ids of a unit that has everybody below it, and of one that has some. */
      top,
      region,
      forbidden: forbiddenIn([jwt, sandbox], ROOT, seen),
    };
  },

  /** What the platforms were asked that they must not be asked; forgets what it has told. */
  strange: (): string[] => HOUSES.flatMap((name) => (sandboxes === undefined ? [] : strangeCalls(sandboxes[name]))),

  /** How the process fares since this was last asked. */
  vitals: () => vitals(),
};

export type Platforms = typeof platforms;

offer(platforms);
