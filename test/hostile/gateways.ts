import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../src/config/index.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/platform/log.ts';
import { readContract } from '../../src/sources/dynamic-planner/contract.ts';
import { offer } from './beside.ts';
import { heapInUse } from './memory.ts';
import { type Watch, watchOutside } from './outside.ts';
import { HOUSES, type HouseName } from './range.ts';
import { openVitals } from './vitals.ts';

// A process of its own: both gateways under attack, on one event loop, so that whatever is fired at either weighs on the good caller.

const ROOT = join(import.meta.dirname, '../..');
/** What the gateways keep on disk. */
const DATA = mkdtempSync(join(tmpdir(), 'wealthgraph-hostile-data-'));
process.on('exit', () => rmSync(DATA, { recursive: true, force: true }));

let watch: Watch | undefined;
/** What node itself warns of, on standard error: listeners that pile up, for one. */
const warnings: string[] = [];
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));
const vitals = openVitals();

const gateways = {
  /** @param settings for each house @param allowed ports of this machine that may be called */
  async open(settings: Readonly<Record<HouseName, Record<string, string>>>, allowed: ReadonlySet<number>) {
    watch = await watchOutside(allowed);
    const ports: Partial<Record<HouseName, number>> = {};
    for (const name of HOUSES) {
      const gateway = await start({ DATA_DIR: join(DATA, name), ...settings[name] }, name === 'sandbox');
      await gateway.started;
      ports[name] = Number(new URL(gateway.url).port);
    }
    return { ports: ports as Record<HouseName, number>, canary: watch.canary };
  },

  /** Where connections went that must not be, and what node warned of; forgets what it has told. */
  strangers: (): string[] => [...(watch?.strangers() ?? []), ...warnings.splice(0)],

  /** How the process fares since this was last asked. */
  vitals: () => vitals(),

  heapInUse,
};

export type Gateways = typeof gateways;

offer(gateways);

/** A gateway as it would run, its log and all; an open one where that is asked, which the settings would refuse. */
async function start(env: Record<string, string>, isOpen: boolean): Promise<Gateway> {
  const reading = readSettings({ ...env, PORT: '0', LINK_REFRESH_SECONDS: '86400' });
  if (!reading.ok) throw new Error(reading.faults.join('\n'));
  const read = readContract({});
  if (!('contract' in read)) throw new Error(read.faults.join('\n'));
  return startGateway({
    settings: isOpen ? { ...reading.settings, auth: { mode: 'sandbox' } } : reading.settings,
    contract: read.contract,
    log: createLog(reading.settings.logLevel),
    version: '0.0.0-test',
    root: ROOT,
    resolvers: join(ROOT, 'resolvers'),
    isSandbox: true,
  });
}
