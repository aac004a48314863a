/** Percentages are counted in ten-thousandths, so that 33.33 and 0.0001 are whole numbers. */
const SCALE = 10_000;
const WHOLE = 100 * SCALE;

/**
 * Splits an amount by percentages so that nothing is lost or made: by largest remainder, on a tie the earlier owner first. Percentages
 * below 100 leave the rest to nobody; above 100 they are scaled down.
 * @param pence the amount, not negative
 * @param percentages 0 to 100 each, in the order of the owners
 * @returns each owner's pence
 */
export function split(pence: bigint, percentages: readonly number[]): bigint[] {
  const weights = percentages.map((percentage) => BigInt(Math.round(Math.max(0, percentage) * SCALE)));
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  const whole = sum > BigInt(WHOLE) ? sum : BigInt(WHOLE);
  const parts = [...weights, whole - sum].map((weight, index) => ({
    index,
    share: (pence * weight) / whole,
    remainder: (pence * weight) % whole,
  }));
  let left = pence - parts.reduce((total, { share }) => total + share, 0n);
  for (const part of parts.toSorted((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1,
  )) {
    if (left <= 0n) break;
    part.share += 1n;
    left -= 1n;
  }
  return parts.slice(0, -1).map(({ share }) => share);
}
