// Amounts of TAO. All arithmetic is in RAO, as `bigint`: 1 TAO is 10^9 RAO, and a `number` holds 2^53 at most.

const DECIMALS = 9;

/** An amount that a person wrote in TAO, in RAO. */
export function parseTao(text: string): bigint {
  const match = /^(\d{1,8})(?:\.(\d{1,9}))?$/.exec(text);
  if (match === null) {
    throw new Error(`${text} is no amount of TAO; write 12 or 0.5, with at most ${DECIMALS} decimals`);
  }
  return BigInt(match[1] + (match[2] ?? '').padEnd(DECIMALS, '0'));
}

/** An amount for people, in TAO with all its decimals. */
export function formatTao(rao: bigint): string {
  const digits = rao.toString().padStart(DECIMALS + 1, '0');
  return `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
}
