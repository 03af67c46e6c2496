// Staking TAO on a hotkey: dry run, allowance, transaction, and what the chain then says.

import type { IKeyringPair } from 'dedot/types';
import type { ContractCallResult } from 'dedot/contracts';

import type { PrimitivesStakingErrorStakingError } from './contracts/staking/index.js';
import type { Market } from './market.js';

/** What was staked. */
export interface Staked {
  hotkey: string;
  /** What the event says, in RAO. */
  amount: bigint;
  /** What the coldkey has on the hotkey afterwards, in RAO. */
  stake: bigint;
  /** The block of the transaction. */
  block: string;
  /** The gas that the dry run asked for, and the deposit it would take. */
  gas: { refTime: bigint; proofSize: bigint };
  deposit: bigint;
}

/** A refusal by the contract, decoded. */
export class Refused extends Error {
  constructor(
    /** The variant of `StakingError`. */
    readonly error: PrimitivesStakingErrorStakingError,
  ) {
    super(`staking refused: ${describe(error)}`);
  }
}

/** Stakes `amount` RAO of `coldkey` on `hotkey`. Nothing is sent unless the dry run passes, but for the allowance. */
export async function addStake(market: Market, coldkey: IKeyringPair, hotkey: string, amount: bigint): Promise<Staked> {
  const caller = coldkey.address;
  const { tao, staking } = market.contracts;
  const dryRun = async () => staking.query.stakingAddStake(hotkey, amount, { caller });

  let tried = await dryRun();
  if (tried.data.isErr && lacksAllowance(tried.data.err)) {
    // Of the refusals the token's come last, so all else is right; and the balance is looked at after the allowance.
    const { data: balance } = await tao.query.psp22BalanceOf(caller);
    if (balance < amount) throw new Refused({ type: 'Token', value: 'InsufficientBalance' });
    const approval = await tao.query.psp22Approve(staking.address, amount, { caller });
    const approve = tao.tx.psp22Approve(staking.address, amount, { gasLimit: withMargin(approval.raw) });
    await submitted(approve.signAndSend(coldkey).untilBestChainBlockIncluded());
    tried = await dryRun();
  }
  if (tried.data.isErr) throw new Refused(tried.data.err);

  const add = staking.tx.stakingAddStake(hotkey, amount, { gasLimit: withMargin(tried.raw) });
  const result = await submitted(add.signAndSend(coldkey).untilBestChainBlockIncluded());
  const added = staking.events.StakeAdded.find(result.events);
  if (added === undefined) throw new Error('the transaction went through without StakeAdded');
  const { data: stake } = await staking.query.stakingStakeOf(hotkey, caller);
  const { gasRequired: gas, storageDeposit } = tried.raw;
  const deposit = storageDeposit.type === 'Charge' ? storageDeposit.value : 0n;
  return { hotkey, amount: added.data.amount, stake, block: blockOf(result.status), gas, deposit };
}

/** What a message costs depends on the block that it comes into: a quarter more than in the dry run, unused gas comes back. */
function withMargin({ gasRequired }: ContractCallResult): { refTime: bigint; proofSize: bigint } {
  const margin = (value: bigint) => (value * 5n) / 4n;
  return { refTime: margin(gasRequired.refTime), proofSize: margin(gasRequired.proofSize) };
}

interface Included {
  status: { type: string; value?: unknown };
  dispatchError?: unknown;
}

/** A transaction that is in a block and did not fail there. */
async function submitted<Result extends Included>(included: Promise<Result>): Promise<Result> {
  const result = await included;
  if (result.dispatchError !== undefined) {
    throw new Error(`the transaction failed in its block: ${JSON.stringify(result.dispatchError)}`);
  }
  return result;
}

function blockOf(status: Included['status']): string {
  return (status.value as { blockHash?: string } | undefined)?.blockHash ?? '';
}

function lacksAllowance(error: PrimitivesStakingErrorStakingError): boolean {
  return error.type === 'Token' && error.value === 'InsufficientAllowance';
}

/** The variant and what is in it: `AmountTooLow {"min":"2000000"}`. */
function describe(error: PrimitivesStakingErrorStakingError): string {
  if (!('value' in error)) return error.type;
  const value = JSON.stringify(error.value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
  return `${error.type} ${value}`;
}
