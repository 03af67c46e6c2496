//! A host's runtime, as its metadata describe it: types by name, so that neither an upgrade nor unknown pallets matter.

use primitives::{AccountId, Hash};
use scale::Decode;
use scale_info::{PortableRegistry, TypeDef, TypeDefPrimitive};
use subxt::{
    Metadata,
    client::{ClientAtBlock, OfflineClient, OfflineClientAtBlockImpl},
    config::{
        DefaultExtrinsicParams, DefaultExtrinsicParamsBuilder,
        substrate::{SpecVersionForRange, SubstrateConfig, SubstrateConfigBuilder},
    },
    dynamic::{At as _, Value},
    ext::{frame_decode::storage::StorageHasher, scale_value::scale::decode_as_type},
    tx::{DynamicPayload, Signer as SubxtSigner},
    utils::{AccountId32, H256, MultiSignature},
};

use super::api::Balances;
use crate::{ContractLimits, Gas, Signer};

/// A dynamic call of a pallet.
pub(super) type PalletCall = DynamicPayload<subxt::ext::scale_value::Composite<()>>;

/// What the node says of the runtime at a block.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Version {
    pub(super) spec_name: String,
    pub(super) spec_version: u32,
    pub(super) transaction_version: u32,
}

/// One version of a host's runtime.
pub(super) struct Runtime {
    pub(super) version: Version,
    pub(super) balances: Balances,
    client: ClientAtBlock<SubstrateConfig, OfflineClientAtBlockImpl<SubstrateConfig>>,
}

/// From when on and how long a transaction may be included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Life {
    pub(super) birth: u32,
    pub(super) birth_hash: Hash,
}

impl Life {
    /// Blocks in which a transaction may be included; a power of two, as the encoding wants it.
    pub(super) const BLOCKS: u32 = 64;

    /// The last block that may include it.
    pub(super) fn end(self) -> u32 {
        self.birth.saturating_add(Self::BLOCKS - 1)
    }
}

impl Runtime {
    /// `None` if these are not the metadata of a Substrate runtime with accounts and balances.
    pub(super) fn new(version: Version, genesis: Hash, metadata: &[u8]) -> Option<Self> {
        let metadata = Metadata::decode_from(metadata).ok()?.arc();
        let balances = balance_width(&metadata)?;
        let always = SpecVersionForRange {
            block_range: 0..u64::MAX,
            spec_version: version.spec_version,
            transaction_version: version.transaction_version,
        };
        let config = SubstrateConfigBuilder::new()
            .set_genesis_hash(H256(genesis))
            .set_metadata_for_spec_versions([(version.spec_version, metadata)])
            .set_spec_version_for_block_ranges([always])
            .build();
        let client = OfflineClient::new_with_config(config).at_block(0u32).ok()?;
        Some(Self { version, balances, client })
    }

    pub(super) fn client(&self) -> &ClientAtBlock<SubstrateConfig, OfflineClientAtBlockImpl<SubstrateConfig>> {
        &self.client
    }

    /// Whether contracts can be there at all.
    pub(super) fn has_contracts(&self) -> bool {
        self.metadata().pallet_by_name("Contracts").is_some_and(|pallet| pallet.call_variant_by_name("call").is_some())
    }

    /// The name of what the bytes of a `DispatchError` begin with: that of the pallet's error if there is one.
    pub(super) fn error_name(&self, mut bytes: &[u8]) -> String {
        let unknown = || "an error without a name".to_owned();
        let metadata = self.metadata();
        let Some(error) =
            metadata.dispatch_error_ty().and_then(|id| decode_as_type(&mut bytes, id, metadata.types()).ok())
        else {
            return unknown();
        };
        let error: Value = error.remove_context();
        let subxt::ext::scale_value::ValueDef::Variant(variant) = &error.value else { return unknown() };
        if variant.name != "Module" {
            return inner_name(&error).unwrap_or_else(|| variant.name.clone());
        }
        // The variant's fields, or those of the structure that it wraps.
        let part = |name| error.at(name).or_else(|| error.at(0).and_then(|inner| inner.at(name)));
        let (index, code) = (part("index").and_then(Value::as_u128), part("error"));
        // Four bytes on newer runtimes, one on older.
        let code = code.and_then(|code| code.as_u128().or_else(|| code.at(0).and_then(Value::as_u128)));
        let (Some(index), Some(code)) = (index.and_then(byte), code.and_then(byte)) else { return unknown() };
        let pallet = metadata.pallet_by_error_index(index);
        match pallet.and_then(|pallet| Some((pallet.name(), &pallet.error_variant_by_index(code)?.name))) {
            Some(("Contracts", name)) => name.clone(),
            Some((pallet, name)) => format!("{pallet}.{name}"),
            None => format!("error {code} of pallet {index}"),
        }
    }

    /// A transaction of `signer`, ready to be handed in.
    pub(super) fn sign(&self, call: &PalletCall, signer: &Signer, nonce: u64, life: Life) -> Option<Vec<u8>> {
        let mut signable = self.client.tx().create_signable_offline(call, self.extensions(nonce, life)).ok()?;
        Some(signable.sign(&SignerOf(signer)).ok()?.into_encoded())
    }

    /// A transaction of the size that a signed one would have.
    pub(super) fn unsigned(&self, call: &PalletCall, account: AccountId, life: Life) -> Option<Vec<u8>> {
        let mut signable = self.client.tx().create_signable_offline(call, self.extensions(0, life)).ok()?;
        let signature = MultiSignature::Sr25519([0; 64]);
        Some(signable.sign_with_account_and_signature(&AccountId32(account.0), &signature).ok()?.into_encoded())
    }

    fn extensions(&self, nonce: u64, life: Life) -> DefaultExtrinsicParams<SubstrateConfig> {
        DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new()
            .nonce(nonce)
            .mortal_from_unchecked(Life::BLOCKS.into(), life.birth.into(), H256(life.birth_hash))
            .build()
    }

    /// A constant of a pallet, decoded.
    fn constant(&self, pallet: &str, name: &str) -> Option<Value> {
        let metadata = self.metadata();
        let constant = metadata.pallet_by_name(pallet)?.constant_by_name(name)?;
        Some(decode_as_type(&mut constant.value(), constant.ty(), metadata.types()).ok()?.remove_context())
    }

    /// The free balance in the value of an account's storage.
    pub(super) fn free_balance(&self, mut account: &[u8]) -> Option<u128> {
        let metadata = self.metadata();
        let id = metadata.pallet_by_name("System")?.storage()?.entry_by_name("Account")?.value_ty();
        decode_as_type(&mut account, id, metadata.types()).ok()?.at("data").at("free")?.as_u128()
    }

    /// The hash of the code in the value of a contract's storage.
    pub(super) fn code_hash(&self, mut contract: &[u8]) -> Option<Hash> {
        let metadata = self.metadata();
        let id = metadata.pallet_by_name("Contracts")?.storage()?.entry_by_name("ContractInfoOf")?.value_ty();
        let info = decode_as_type(&mut contract, id, metadata.types()).ok()?.remove_context();
        bytes(info.at("code_hash")?)?.try_into().ok()
    }

    /// The key of an account's value in a map of a pallet.
    pub(super) fn storage_of(&self, pallet: &str, name: &str, account: AccountId) -> Option<String> {
        let entry = self.metadata().pallet_by_name(pallet)?.storage()?.entry_by_name(name)?;
        let hash = match entry.keys().next()?.hasher {
            StorageHasher::Blake2_128Concat => sp_core::blake2_128(&account.0).to_vec(),
            StorageHasher::Twox64Concat => sp_core::twox_64(&account.0).to_vec(),
            StorageHasher::Identity => vec![],
            _ => return None,
        };
        Some(hex_of(&[prefix(pallet, name), hash, account.0.to_vec()].concat()))
    }

    /// What an account with less than this does not exist with.
    pub(super) fn existential_deposit(&self) -> Option<u128> {
        self.constant("Balances", "ExistentialDeposit")?.as_u128()
    }

    /// The limits of `pallet-contracts`.
    pub(super) fn limits(&self) -> Option<ContractLimits> {
        let number = |name| self.constant("Contracts", name)?.as_u128();
        let schedule = self.constant("Contracts", "Schedule")?;
        let limit = |name| u32::try_from(schedule.at("limits").at(name)?.as_u128()?).ok();
        let weights = self.constant("System", "BlockWeights")?;
        let largest = weights.at("per_class")?.at("normal")?.at("max_extrinsic")?.at(0)?;
        let part = |name| u64::try_from(largest.at(name)?.as_u128()?).ok();
        Some(ContractLimits {
            code_bytes: u32::try_from(number("MaxCodeLen")?).ok()?,
            payload_bytes: limit("payload_len")?,
            memory_pages: limit("memory_pages")?,
            event_topics: limit("event_topics")?,
            deposit_per_item: number("DepositPerItem")?,
            deposit_per_byte: number("DepositPerByte")?,
            gas: Gas { ref_time: part("ref_time")?, proof_size: part("proof_size")? },
        })
    }

    fn metadata(&self) -> &Metadata {
        self.client.metadata_ref()
    }
}

/// The width of a free balance.
fn balance_width(metadata: &Metadata) -> Option<Balances> {
    let types = metadata.types();
    let account = metadata.pallet_by_name("System")?.storage()?.entry_by_name("Account")?.value_ty();
    let free = field(types, field(types, account, "data")?, "free")?;
    match &types.resolve(free)?.type_def {
        TypeDef::Primitive(TypeDefPrimitive::U64) => Some(Balances::Narrow),
        TypeDef::Primitive(TypeDefPrimitive::U128) => Some(Balances::Wide),
        _ => None,
    }
}

fn field(types: &PortableRegistry, id: u32, name: &str) -> Option<u32> {
    let TypeDef::Composite(composite) = &types.resolve(id)?.type_def else { return None };
    Some(composite.fields.iter().find(|field| field.name.as_deref() == Some(name))?.ty.id)
}

/// The name of a variant inside a variant: `Token(FundsUnavailable)`.
fn inner_name(error: &Value) -> Option<String> {
    match &error.at(0)?.value {
        subxt::ext::scale_value::ValueDef::Variant(inner) => Some(inner.name.clone()),
        _ => None,
    }
}

fn byte(value: u128) -> Option<u8> {
    u8::try_from(value).ok()
}

/// The bytes of a value that is an array of them, whatever wraps it.
pub(super) fn bytes(value: &Value) -> Option<Vec<u8>> {
    if let Some(inner) = value.at(0)
        && inner.as_u128().is_none()
    {
        return bytes(inner);
    }
    (0..).map_while(|index| value.at(index)).map(|value| value.as_u128().and_then(byte)).collect()
}

/// The key of a storage value.
pub(super) fn storage_value(pallet: &str, name: &str) -> String {
    hex_of(&prefix(pallet, name))
}

fn prefix(pallet: &str, name: &str) -> Vec<u8> {
    [sp_core::twox_128(pallet.as_bytes()), sp_core::twox_128(name.as_bytes())].concat()
}

/// Bytes as an RPC wants them.
pub(super) fn hex_of(bytes: &[u8]) -> String {
    sp_core::bytes::to_hex(bytes, false)
}

/// The millisecond in the value of the timestamp's storage.
pub(super) fn timestamp(mut value: &[u8]) -> Option<u64> {
    u64::decode(&mut value).ok()
}

/// A key as subxt wants it.
struct SignerOf<'a>(&'a Signer);

impl SubxtSigner<SubstrateConfig> for SignerOf<'_> {
    fn account_id(&self) -> AccountId32 {
        AccountId32(self.0.account().0)
    }

    fn sign(&self, payload: &[u8]) -> MultiSignature {
        MultiSignature::Sr25519(self.0.sign(payload))
    }
}
