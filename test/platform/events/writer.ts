import { writeSync } from 'node:fs';
import { type EventLog, openEmbeddedLog } from '../../../src/platform/events/index.ts';
import { OPTIONS, openRedis, type Value } from './open.ts';

// A process of its own that appends until it is killed, and says what it was promised: a line with key and position for each.
// Arguments: the address of a store, a name for the keys, how long values are.
const [address = '', name = '', length = '10'] = process.argv.slice(2);
const value = 'x'.repeat(Number(length));
const STRANDS = 8;

async function write(log: EventLog<Value>, strand: number): Promise<void> {
  for (let i = 0; ; i += 1) {
    // Each key twice, in two appends of which none waits for the other.
    const entry = { key: `${name}-${strand}-${i}`, value };
    const [[one] = [], [other] = []] = await Promise.all([log.append([entry]), log.append([entry])]);
    writeSync(1, `${entry.key} ${one?.position} ${other?.position}\n`);
  }
}

try {
  const log = await (address.startsWith('redis:') ? openRedis(address) : openEmbeddedLog<Value>(address, OPTIONS));
  await Promise.all(Array.from({ length: STRANDS }, (_, strand) => write(log, strand)));
} catch (error) {
  writeSync(1, `failed ${error instanceof Error ? `${error.constructor.name}: ${error.message}` : ''}\n`);
  process.exit(1);
}
