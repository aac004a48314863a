import type { Kind } from '../shot.ts';
import { bodyKinds } from './bodies.ts';
import { documentKinds } from './documents.ts';
import { framingKinds } from './framing.ts';
import { headKinds } from './heads.ts';
import { inputKinds } from './inputs.ts';
import { pathKinds } from './paths.ts';
import { requestKinds } from './requests.ts';
import { startKinds } from './starts.ts';
import { trustedKinds } from './trusted.ts';
import { webhookKinds } from './webhooks.ts';

/** All ways to be hostile, with how often each comes. */
export const KINDS: readonly Kind[] = [
  ...documentKinds,
  ...inputKinds,
  ...bodyKinds,
  ...framingKinds,
  ...headKinds,
  ...pathKinds,
  ...requestKinds,
  ...startKinds,
  ...trustedKinds,
  ...webhookKinds,
];
