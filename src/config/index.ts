export { describeSettings } from './describe.ts';
export { type Reading, readSettings } from './read.ts';
export { Secret } from './secret.ts';
export type {
  Algorithm,
  AuthSettings,
  DocumentMode,
  DynamicPlannerSettings,
  EventSettings,
  LimitSettings,
  LinkSettings,
  LogLevel,
  PlannrSettings,
  SandboxSettings,
  ServiceAccountSettings,
  Settings,
  TracingSettings,
  TrustedDocumentSettings,
  UpstreamSettings,
  WebhookSettings,
} from './settings.ts';
