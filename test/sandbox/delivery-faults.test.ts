import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeliveryFaultKind, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { client, uuid } from './helpers.ts';
import { hmac, PATIENT, type Received, type Receiver, startReceiver, status } from './receiver.ts';

const SECRET = 'not-a-secret-at-all';

let sandbox: Sandbox;
let receiver: Receiver;

beforeEach(async () => {
  sandbox = await startSandbox({ clients: 20, deliveries: { retryBaseMs: 1, attempts: 3 } });
  receiver = await startReceiver();
  receiver.always = (response, received) => status(isSigned(received) && received.json ? 204 : 401)(response, received);
  sandbox.data.dynamicPlanner.subscriptions.set(uuid(1), {
    id: uuid(1),
    topic: 'client.updated',
    callbackUrl: receiver.url,
    hmac: { algorithm: 'sha256', secret: SECRET },
    status: 'active',
  });
});

afterEach(async () => {
  await sandbox.stop();
  await receiver.stop();
});

function isSigned({ headers, raw }: Received): boolean {
  return headers['x-hub-signature'] === `sha256=${hmac('sha256', SECRET, raw)}`;
}

/** So many changes of one client. @returns the ids of their events */
function change(count = 1): (string | undefined)[] {
  return Array.from({ length: count }, () => sandbox.change('client', client(1)).dynamicPlanner[0]?.id);
}

async function ended(count: number): Promise<(readonly [string, number])[]> {
  const { deliveries } = sandbox.dynamicPlanner;
  await expect.poll(() => deliveries.filter((delivery) => delivery.endedAt !== null).length, PATIENT).toBe(count);
  return deliveries.map(({ state, attempts }) => [state, attempts] as const);
}

const ids = () => receiver.received.map(({ json }) => json.id);

describe('a delivery on purpose', () => {
  it('comes twice', async () => {
    sandbox.dynamicPlanner.addDeliveryFault({ kind: 'twice', times: 1 });
    const [first, second] = change(2);
    expect(await ended(2)).toEqual([
      ['delivered', 2],
      ['delivered', 1],
    ]);
    expect(ids()).toEqual([first, first, second]);
    expect(receiver.received[0]?.raw).toEqual(receiver.received[1]?.raw);
  });

  it('comes late: after the next one, or alone', async () => {
    sandbox.dynamicPlanner.addDeliveryFault({ kind: 'late', times: 1, delayMs: 60_000 });
    const [first, second, third] = change(3);
    await ended(3);
    expect(ids()).toEqual([second, first, third]);
    sandbox.dynamicPlanner.addDeliveryFault({ kind: 'late', times: 1, delayMs: 1 });
    const [alone] = change();
    await ended(4);
    expect(ids().at(-1)).toBe(alone);
  });

  it('waits for the next one, whenever it comes', async () => {
    sandbox.dynamicPlanner.addDeliveryFault({ kind: 'late', times: 1, delayMs: 60_000 });
    const [first] = change();
    await new Promise((resolve) => setImmediate(resolve));
    const [second] = change();
    await ended(2);
    expect(ids()).toEqual([second, first]);
  });

  it.each<[DeliveryFaultKind, (received: Received) => boolean]>([
    ['badSignature', (received) => !isSigned(received) && /^sha256=[0-9a-f]{64}$/.test(signatureOf(received))],
    ['tampered', (received) => !isSigned(received) && received.json !== null],
    ['halfJson', (received) => isSigned(received) && received.json === null],
  ])('is spoilt: %s', async (kind, isSpoilt) => {
    sandbox.dynamicPlanner.addDeliveryFault({ kind, times: 1 });
    sandbox.dynamicPlanner.addDeliveryFault({ kind, times: 1, attempts: 2 });
    change(3);
    expect(await ended(3)).toEqual([
      ['failed', 3],
      ['delivered', 3],
      ['delivered', 1],
    ]);
    expect(receiver.received.map(isSpoilt)).toEqual([true, true, true, true, true, false, false]);
    expect(new Set(receiver.received.map(({ raw }) => raw.toString('utf8'))).size).toBeGreaterThanOrEqual(3);
  });

  it('breaks off', async () => {
    sandbox.dynamicPlanner.addDeliveryFault({ kind: 'cut', attempts: 1 });
    const [only] = change();
    expect(await ended(1)).toEqual([['delivered', 2]]);
    expect(ids()).toEqual([only]);
  });

  it('concerns a topic or a subscription, now and then, until it is taken away', async () => {
    const undo = sandbox.dynamicPlanner.addDeliveryFault({ kind: 'twice', topic: 'client.updated' });
    sandbox.dynamicPlanner.addDeliveryFault({ kind: 'badSignature', topic: 'finance.updated' });
    sandbox.dynamicPlanner.addDeliveryFault({ kind: 'badSignature', subscriptionId: uuid(2) });
    change();
    expect(await ended(1)).toEqual([['delivered', 2]]);
    undo();
    change();
    expect((await ended(2)).at(-1)).toEqual(['delivered', 1]);
    sandbox.dynamicPlanner.addDeliveryFault({ kind: 'twice', probability: 0.5 });
    change(40);
    const attempts = (await ended(42)).slice(2).map(([, count]) => count);
    expect(new Set(attempts)).toEqual(new Set([1, 2]));
    sandbox.dynamicPlanner.clearDeliveryFaults();
    change();
    expect((await ended(43)).at(-1)).toEqual(['delivered', 1]);
  });
});

function signatureOf({ headers }: Received): string {
  return String(headers['x-hub-signature']);
}
