import { createHmac } from 'node:crypto';
import type { Random } from '../random.ts';
import { type Bait, type Kind, post, type Shot } from '../shot.ts';
import { addresses, NASTY_NAMES, TRICKS } from './material.ts';

// Events that no platform has sent: nobody here knows what they are signed with.

function body(random: Random, bait: Bait): string | Buffer {
  const url = random.pick(addresses(bait.canary));
  const deep = random.size(10, 20_000);
  return random.pick([
    () => `{"eventId":"${random.word(20)}","type":"client.updated","clientId":"${random.pick(bait.ids)}"}`,
    () => `{"callbackUrl":"${url}","challenge":"${url}","links":[{"href":"${url}"}]}`,
    () => `{"${random.pick(NASTY_NAMES)}":{"isAdmin":true},"id":"${random.pick(NASTY_NAMES)}"}`,
    () => `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`,
    () => '['.repeat(deep),
    () => random.bytes(random.size(1, 5_000)),
    () => 'x'.repeat(random.size(1_000, 400_000)),
    () => '',
  ])();
}

function signature(random: Random, bytes: string | Buffer): string {
  const algorithm = random.pick(['sha256', 'sha1', 'md5']);
  const encoding = random.pick(['hex', 'base64'] as const);
  const made = createHmac(algorithm, random.pick(['', 'secret', '__proto__']))
    .update(bytes)
    .digest(encoding);
  return random.pick([
    () => `${algorithm}=${made}`,
    () => made,
    () => `sha256=${'0'.repeat(64)}`,
    () => 'sha256=',
    () => `${algorithm}=${made}, ${algorithm}=${made}`,
    () => 'x'.repeat(random.size(10, 10_000)),
    () => '',
  ])();
}

function forged(random: Random, bait: Bait): Shot {
  const tricks = encodeURIComponent(random.pick(TRICKS).toWellFormed());
  const target = random.pick([
    '/webhooks/plannr',
    '/webhooks/plannr/',
    '/webhooks/dynamic-planner/5b000000-0000-4000-8000-000000000001',
    `/webhooks/dynamic-planner/${random.pick(NASTY_NAMES)}`,
    `/webhooks/dynamic-planner/${tricks}`,
    `/webhooks/dynamic-planner/${random.word(random.size(1, 5_000))}`,
    `/webhooks/${tricks}`,
  ]);
  const sent = body(random, bait);
  const names = random.pick([
    ['x-hub-signature'],
    ['x-hub-signature-256'],
    ['x-hub-signature', 'x-hub-signature-256'],
    ['x-hub-signature-256', 'x-hub-signature-256'],
    ['x-signature'],
    ['x-signature', 'x-signature'],
    [],
  ]);
  const type = random.pick(['application/json', 'text/plain', 'application/x-www-form-urlencoded', '__proto__']);
  const headers = [`content-type: ${type}`, ...names.map((name) => `${name}: ${signature(random, sent)}`)];
  // What is too large may be refused before it was sent.
  return { ...post(bait, sent, headers, target), whole: sent.length < 100_000 };
}

export const webhookKinds: readonly Kind[] = [{ name: 'forged events', weight: 5, make: forged }];
