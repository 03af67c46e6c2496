// The bundles as they are, in the library that polkadot.js apps and contracts-ui load them with.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { Abi } from '@polkadot/api-contract';

const FOLDER = new URL('../../../artifacts/contracts/', import.meta.url);
const bundle = (name) => readFileSync(new URL(`${name}.contract`, FOLDER), 'utf8');
const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const ALICE_BYTES = 'd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';
const hex = (bytes) => Buffer.from(bytes).toString('hex');

test('every bundle loads with its code, its constructor and its messages', () => {
  const names = readdirSync(FOLDER).map((file) => file.replace('.contract', ''));
  assert.deepEqual(names.sort(), ['engine', 'registry', 'root', 'settlement', 'staking', 'steward', 'tao']);
  for (const name of names) {
    const abi = new Abi(bundle(name));
    const { source, spec } = JSON.parse(bundle(name));
    assert.equal(abi.info.source.wasm.toHex(), source.wasm, name);
    assert.deepEqual(abi.constructors.map(({ method }) => method), ['new'], name);
    const selectors = abi.messages.map(({ selector }) => selector.toHex());
    assert.deepEqual(selectors, spec.messages.map(({ selector }) => selector), name);
    for (const event of abi.events) assert.ok(event.signatureTopic, `${name}: ${event.identifier}`);
  }
});

test('a message is encoded as the interface says', () => {
  const staking = new Abi(bundle('staking'));
  // Selector, account, 64 bits of RAO in little endian.
  const added = staking.findMessage('Staking::add_stake').toU8a([ALICE, '1000000000']);
  // The encoding without the length that polkadot-js writes before bytes.
  assert.equal(hex(added).slice(-80), `${ALICE_BYTES}00ca9a3b00000000`);
  const transfer = new Abi(bundle('tao')).findMessage('PSP22::transfer').toU8a([ALICE, 5, '0x']);
  assert.ok(hex(transfer).includes(`db20f9f5${ALICE_BYTES}05000000`));
});

test('an answer and an error are decoded by name', () => {
  const staking = new Abi(bundle('staking'));
  const { returnType } = staking.findMessage('Staking::add_stake');
  // Ok(Err(AmountTooLow { min: 2_000_000 })): its index in `StakingError` is 4.
  const answer = staking.registry.createType(returnType.lookupName ?? returnType.type, '0x00010480841e0000000000');
  assert.deepEqual(answer.toHuman(), { Ok: { Err: { AmountTooLow: { min: '2,000,000' } } } });
});
