// A subnet's neurons and what its last settled epoch says of them, all at one block.

import { formatTao } from './amount.js';
import type { PrimitivesSettlementEpochResult } from './contracts/settlement/index.js';
import type { PrimitivesRegistryNeuron } from './contracts/registry/index.js';
import type { Market, Snapshot } from './market.js';

/** A neuron. */
export interface Neuron {
  uid: number;
  hotkey: string;
  /** What is staked on the hotkey, in RAO. */
  stake: bigint;
  /** Its shares in the emission of miners and of validators, and its validator trust; fractions of 65,535. */
  incentive: number;
  dividends: number;
  validatorTrust: number;
  /** What the epoch paid it, in RAO. */
  emission: bigint;
}

/** A subnet at a block of the host chain. */
export interface Metagraph {
  netuid: number;
  block: { number: number; hash: string };
  /** The epoch that the last result opened; 0 before the first. */
  epoch: bigint;
  neurons: Neuron[];
}

/** Neurons that are asked for at a time; the registry gives as many as it can. */
const PAGE = 65_535;

/** Reads a subnet after the newest block. */
export async function readMetagraph(market: Market, netuid: number): Promise<Metagraph> {
  const snapshot = await market.snapshot();
  const subnet = await snapshot.contracts.registry.query.registrySubnet(netuid);
  if (subnet.data === undefined) {
    throw new Error(`there is no subnet ${netuid}`);
  }
  const [registered, results] = await Promise.all([
    readNeurons(snapshot, netuid, subnet.data.neurons),
    readResults(snapshot, netuid, subnet.data.neurons),
  ]);
  const hotkeys = registered.map((neuron) => neuron.hotkey);
  const stakes = await snapshot.contracts.staking.query.stakingTotalStakes(hotkeys);
  const neurons = registered.map((neuron, uid) => judged(neuron, uid, stakes.data[uid] ?? 0n, results));
  return { netuid, block: snapshot.block, epoch: results[0]?.epoch ?? 0n, neurons };
}

/** The neurons in order of uid: each page goes on where the last one ended. */
async function readNeurons({ contracts }: Snapshot, netuid: number, count: number): Promise<PrimitivesRegistryNeuron[]> {
  const neurons: PrimitivesRegistryNeuron[] = [];
  while (neurons.length < count) {
    const { data: page } = await contracts.registry.query.registryNeurons(netuid, neurons.length, PAGE);
    if (page.length === 0) break;
    neurons.push(...page);
  }
  return neurons;
}

/** The pages of the last result. A page of another epoch than the first one's is left out: it is being replaced. */
async function readResults(
  { contracts }: Snapshot,
  netuid: number,
  count: number,
): Promise<PrimitivesSettlementEpochResult[]> {
  const pages: PrimitivesSettlementEpochResult[] = [];
  for (let uids = 0; uids < count; uids += pages[pages.length - 1]?.incentive.length ?? 0) {
    const { data: page } = await contracts.settlement.query.settlementEpochResult(netuid, pages.length);
    if (page === undefined || page.epoch !== (pages[0] ?? page).epoch || page.incentive.length === 0) break;
    pages.push(page);
  }
  return pages;
}

function judged(
  neuron: PrimitivesRegistryNeuron,
  uid: number,
  stake: bigint,
  pages: PrimitivesSettlementEpochResult[],
): Neuron {
  const page = pages.find((page) => page.first <= uid && uid < page.first + page.incentive.length);
  // What a result says of a uid is about whoever had it then.
  const own = page !== undefined && neuron.registeredAt < page.block ? page : undefined;
  const at = uid - (own?.first ?? 0);
  return {
    uid,
    hotkey: neuron.hotkey.address(),
    stake,
    incentive: own?.incentive[at] ?? 0,
    dividends: own?.dividends[at] ?? 0,
    validatorTrust: own?.validatorTrust[at] ?? 0,
    emission: (own?.serverEmission[at] ?? 0n) + (own?.validatorEmission[at] ?? 0n),
  };
}

/** A table of at most 80 columns. */
export function table(metagraph: Metagraph): string {
  const { netuid, block, epoch, neurons } = metagraph;
  const fraction = (share: number) => (share === 0 ? '-' : (share / 65_535).toFixed(4));
  const amount = (rao: bigint) => (rao === 0n ? '-' : formatTao(rao).slice(0, -5));
  const rows = neurons.map((neuron) => [
    neuron.uid.toString(),
    `${neuron.hotkey.slice(0, 8)}…${neuron.hotkey.slice(-4)}`,
    amount(neuron.stake),
    fraction(neuron.incentive),
    fraction(neuron.dividends),
    fraction(neuron.validatorTrust),
    amount(neuron.emission),
  ]);
  const head = ['UID', 'HOTKEY', 'STAKE τ', 'INCENT', 'DIVID', 'VTRUST', 'EMIT τ'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) => cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ');
  return [`Subnet ${netuid}, epoch ${epoch}, host block ${block.number}`, ...[head, ...rows].map(line)].join('\n');
}
