// Two commands on a deployment; see README.md.

import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';

import { formatTao, parseTao } from './amount.js';
import { readDeployment } from './deployment.js';
import { Market } from './market.js';
import { readMetagraph, table } from './metagraph.js';
import { addStake } from './stake.js';

const USAGE = `usage: node dist/main.js metagraph NETUID [--json]
       node dist/main.js stake HOTKEY TAO [--json]

NODE_URL    the node (default: the first that the deployment's file names)
DEPLOYMENT  the deployment's file (default deployment.json)
SURI        the coldkey that stakes, as a secret URI: //Alice, or a mnemonic`;

async function main(words: string[]): Promise<void> {
  const json = words.includes('--json');
  const [command, ...rest] = words.filter((word) => word !== '--json');
  const [first, second] = rest;
  const print = (value: object, text: string) => console.log(json ? stringify(value) : text);

  if (command === 'metagraph' && first !== undefined && rest.length === 1) {
    await withMarket(async (market) => {
      const metagraph = await readMetagraph(market, parseNetuid(first));
      print(metagraph, table(metagraph));
    });
  } else if (command === 'stake' && first !== undefined && second !== undefined && rest.length === 2) {
    const [amount, coldkey] = [parseTao(second), await readColdkey()];
    await withMarket(async (market) => {
      const staked = await addStake(market, coldkey, first, amount);
      print(staked, `Staked τ ${formatTao(staked.amount)} on ${staked.hotkey}, now τ ${formatTao(staked.stake)}`);
    });
  } else {
    throw new Error(USAGE);
  }
}

async function withMarket(act: (market: Market) => Promise<void>): Promise<void> {
  const deployment = readDeployment(process.env['DEPLOYMENT'] ?? 'deployment.json');
  const url = process.env['NODE_URL'] ?? deployment.nodes[0];
  if (url === undefined) throw new Error('NODE_URL is not set, and the deployment names no node');
  const market = await Market.connect(url, deployment);
  try {
    await act(market);
  } finally {
    await market.close();
  }
}

function parseNetuid(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new Error(`${text} is no number of a subnet`);
  return Number(text);
}

async function readColdkey() {
  const suri = process.env['SURI'];
  if (suri === undefined) throw new Error('SURI is not set: it names the coldkey that stakes');
  await cryptoWaitReady();
  return new Keyring({ type: 'sr25519' }).addFromUri(suri);
}

/** JSON in which amounts are strings of RAO, since a JavaScript number would round them. */
function stringify(value: object): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part), 2);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
