import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../src/config/index.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/platform/log.ts';
import { readContract } from '../../src/sources/dynamic-planner/contract.ts';
import { offerSubject } from './vitals.ts';

// The gateway as it is built. Open to everyone, as the tutorial's is: main.ts would refuse that beside a platform that is configured.

const CODE = join(import.meta.dirname, '../..');
const ROOT = join(CODE, '../..');

offerSubject(async () => {
  const reading = readSettings({
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: 'http://127.0.0.1:1',
    AUTH_AUDIENCE: 'bench',
    PORT: '0',
    LINK_REFRESH_SECONDS: '86400',
    DATA_DIR: mkdtempSync(join(tmpdir(), 'wealthgraph-bench-')),
    // One caller asks thousands of times a minute.
    COST_PER_MINUTE: '1000000000000',
    ...process.env,
  });
  if (!reading.ok) throw new Error(reading.faults.join('\n'));
  const read = readContract({});
  if (!('contract' in read)) throw new Error(read.faults.join('\n'));
  const gateway = await startGateway({
    settings: { ...reading.settings, auth: { mode: 'sandbox' } },
    contract: read.contract,
    log: createLog(reading.settings.logLevel),
    version: '0.0.0-bench',
    root: ROOT,
    resolvers: join(CODE, 'resolvers'),
    isSandbox: true,
  });
  await gateway.started;
  return `${gateway.url}/graphql`;
});
