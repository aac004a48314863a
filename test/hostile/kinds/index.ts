import type { Kind } from '../shot.ts';
import { bodyKinds } from './bodies.ts';
import { contentKinds } from './contents.ts';
import { documentKinds } from './documents.ts';
import { eventKinds } from './events.ts';
import { frameKinds } from './frames.ts';
import { framingKinds } from './framing.ts';
import { handshakeKinds } from './handshakes.ts';
import { headKinds } from './heads.ts';
import { inputKinds } from './inputs.ts';
import { messageKinds } from './messages.ts';
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
  ...contentKinds,
  ...framingKinds,
  ...headKinds,
  ...pathKinds,
  ...requestKinds,
  ...startKinds,
  ...trustedKinds,
  ...webhookKinds,
  ...handshakeKinds,
  ...messageKinds,
  ...frameKinds,
  ...eventKinds,
];
