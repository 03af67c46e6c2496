// The contracts of a deployment, now and as they were after a block.

import { DedotClient, WsProvider, type ISubstrateClient } from 'dedot';
import { Contract, type GenericContractApi } from 'dedot/contracts';

import type { RegistryContractApi } from './contracts/registry/index.js';
import type { SettlementContractApi } from './contracts/settlement/index.js';
import type { StakingContractApi } from './contracts/staking/index.js';
import type { TaoContractApi } from './contracts/tao/index.js';
import { metadata, type ContractName, type Deployment } from './deployment.js';

/** Who asks in a read: no view of the contracts looks at its caller. */
const NOBODY = '5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM';

/** The contracts, ready to be called. */
export interface Contracts {
  tao: Contract<TaoContractApi>;
  staking: Contract<StakingContractApi>;
  registry: Contract<RegistryContractApi>;
  settlement: Contract<SettlementContractApi>;
}

/** The contracts as they were after a block: all that is read here belongs together. */
export interface Snapshot {
  block: { number: number; hash: string };
  contracts: Contracts;
}

/** A connection to the chain of a deployment. */
export class Market {
  private constructor(
    readonly client: DedotClient,
    private readonly deployment: Deployment,
    /** The contracts as they are now. */
    readonly contracts: Contracts,
  ) {}

  /** Connects to a node, and refuses one of another chain than the deployment's. */
  static async connect(url: string, deployment: Deployment): Promise<Market> {
    // Of the two families of RPC methods the older one: the newer keeps only the blocks that a client has just seen.
    const client = await DedotClient.legacy(new WsProvider(url));
    const genesis = client.genesisHash;
    if (genesis !== deployment.genesis) {
      await client.disconnect();
      throw new Error(`the chain at ${url} begins with ${genesis}, the deployment's with ${deployment.genesis}`);
    }
    return new Market(client, deployment, contracts(client, deployment));
  }

  /** The contracts after the newest block. */
  async snapshot(): Promise<Snapshot> {
    const { number, hash } = await this.client.block.best();
    const at = await this.client.at(hash);
    // Views need what there is of a client at a block. The transactions are there because `Contract` looks for those of
    // pallet-contracts before it takes a chain for one that has it.
    const client = { ...at, tx: this.client.tx } as unknown as ISubstrateClient;
    return { block: { number, hash }, contracts: contracts(client, this.deployment) };
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    await this.client.disconnect();
  }
}

function contracts(client: ISubstrateClient, deployment: Deployment): Contracts {
  const contract = <Api extends GenericContractApi>(name: ContractName) =>
    new Contract<Api>(client, metadata(name), deployment.contracts[name].address, { defaultCaller: NOBODY });
  return {
    tao: contract<TaoContractApi>('tao'),
    staking: contract<StakingContractApi>('staking'),
    registry: contract<RegistryContractApi>('registry'),
    settlement: contract<SettlementContractApi>('settlement'),
  };
}
