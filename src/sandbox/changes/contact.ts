import type { Random } from '../people/random.ts';

const NUMBERS = 1_000;
const DOMAINS = ['example.com', 'example.org', 'example.net'];

/** Another number out of those that no telephone has (`07700 900000` and on). */
export function otherNumber(number: string, random: Random): string {
  const drawn = random.int(0, NUMBERS - 1);
  const text = (digits: number): string => `+447700900${String(digits % NUMBERS).padStart(3, '0')}`;
  return text(drawn) === number ? text(drawn + 1) : text(drawn);
}

/** The same name at another of the domains that belong to nobody. */
export function otherAddress(address: string, random: Random): string {
  const [name = 'person', domain] = address.split('@');
  return `${name}@${random.pick(DOMAINS.filter((other) => other !== domain))}`;
}
