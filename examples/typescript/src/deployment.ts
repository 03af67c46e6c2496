// Where a deployment's contracts are, and the metadata by which they are called.

import { readFileSync } from 'node:fs';

/** The contracts that a client calls. */
export type ContractName = 'tao' | 'staking' | 'registry' | 'settlement' | 'root';

/** What of `deployment.json` a client needs. */
export interface Deployment {
  /** The hash of the chain's first block, in hexadecimal digits: tells whether this is the chain. */
  genesis: string;
  /** Endpoints of the chain. */
  nodes: string[];
  /** The contracts by name. */
  contracts: Record<ContractName, { address: string }>;
}

const BUNDLES = new URL('../../../artifacts/contracts/', import.meta.url);

/** Reads a `deployment.json`, as `yarrow deploy` writes it. */
export function readDeployment(path: string): Deployment {
  return JSON.parse(readFileSync(path, 'utf8')) as Deployment;
}

/** The metadata of a contract, from its bundle. */
export function metadata(name: ContractName): string {
  return readFileSync(new URL(`${name}.contract`, BUNDLES), 'utf8');
}
