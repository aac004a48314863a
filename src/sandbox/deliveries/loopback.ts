/** Why an address was refused. */
export const LOOPBACK_ONLY =
  'The sandbox calls nobody outside this machine: only http:// on 127.0.0.1, localhost or [::1] is accepted.';

/** Whether the sandbox may call an address. */
export function reachable(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  // A parsed host that begins like this is a whole IPv4 address: names may not end in a number.
  const isLoopback = /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === 'localhost' || hostname === '[::1]';
  return protocol === 'http:' && isLoopback;
}
