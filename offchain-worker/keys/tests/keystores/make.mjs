// Makes the keystores beside this file with polkadot-js, and opens with polkadot-js what this crate writes. The secrets are
// public: tests read the files to know that both mean the same. Salts and nonces are random, so that the files differ with
// every run.
//
//   mkdir SCRATCH && cp make.mjs SCRATCH && cd SCRATCH && npm init -y
//   npm install @polkadot/keyring@14.0.3 && node make.mjs today
//   node make.mjs open KEYSTORE.json PASSWORD
//   npm install @polkadot/keyring@10.4.2 && node make.mjs before
import { readFileSync, writeFileSync } from 'node:fs';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';

const PHRASE = 'legal winner thank year wave sausage worth useful legal winner thank yellow';

function make(name, uri, password, options = {}) {
  const keyring = new Keyring({ type: 'sr25519', ...options });
  const pair = keyring.addFromUri(uri, { name });
  writeFileSync(`${name}.json`, JSON.stringify(keyring.toJson(pair.address, password)), { mode: 0o600 });
}

await cryptoWaitReady();
const [command, path, password] = process.argv.slice(2);
if (command === 'today') {
  make('today', PHRASE, 'correct horse');
  make('plain', '//Alice');
  make('hex-password', PHRASE, '0x6d61727a');
  make('polkadot-address', PHRASE, 'correct horse', { ss58Format: 0 });
  make('ed25519', PHRASE, 'correct horse', { type: 'ed25519' });
} else if (command === 'before') {
  make('before', `${PHRASE}//cold/soft`, 'pässwörd');
} else {
  const pair = new Keyring().addFromJson(JSON.parse(readFileSync(path, 'utf8')));
  pair.unlock(password);
  console.log(pair.address, pair.meta, Buffer.from(pair.sign('weights')).toString('hex'));
}
