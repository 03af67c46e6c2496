// A deployment through polkadot-js as contracts-ui uses it; e2e/tests/node runs it on a node of its own. Skipped without
// DEPLOYMENT and the accounts that the test put there.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { ContractPromise } from '@polkadot/api-contract';

const { DEPLOYMENT, HOTKEY, COLDKEY, STAKE } = process.env;

test('polkadot-js reads stakes and sends PSP22 transfers', { skip: DEPLOYMENT === undefined }, async () => {
  const { contracts, nodes } = JSON.parse(readFileSync(DEPLOYMENT, 'utf8'));
  const api = await ApiPromise.create({ provider: new WsProvider(nodes), noInitWarn: true });
  try {
    const contract = (name) => {
      const bundle = readFileSync(new URL(`../../../artifacts/contracts/${name}.contract`, import.meta.url), 'utf8');
      return new ContractPromise(api, bundle, contracts[name].address);
    };
    const [tao, staking] = [contract('tao'), contract('staking')];
    const gasLimit = api.registry.createType('WeightV2', { refTime: 300_000_000_000n, proofSize: 5_242_880n });

    const stake = await staking.query['staking::stakeOf'](COLDKEY, { gasLimit }, HOTKEY, COLDKEY);
    assert.equal(stake.output.toJSON().ok, Number(STAKE));

    const alice = new Keyring({ type: 'sr25519' }).addFromUri('//Alice');
    const events = await included(tao.tx['psp22::transfer']({ gasLimit }, COLDKEY, 7n, '0x'), alice);
    const told = events.map(({ event, args }) => [event.identifier, ...args.map(String)]);
    assert.deepEqual(told, [['psp22::events::Transfer', alice.address, COLDKEY, '7']]);
    const balance = await tao.query['psp22::balanceOf'](COLDKEY, { gasLimit }, COLDKEY);
    assert.equal(balance.output.toJSON().ok, 7);
  } finally {
    await api.disconnect();
  }
});

/** Sends a transaction: the contracts' events of it, once it is in a block. */
function included(transaction, signer) {
  return new Promise((resolve, reject) => {
    transaction
      .signAndSend(signer, (result) => {
        if (result.dispatchError) reject(new Error(result.dispatchError.toString()));
        else if (result.isInBlock || result.isFinalized) resolve(result.contractEvents ?? []);
      })
      .catch(reject);
  });
}
