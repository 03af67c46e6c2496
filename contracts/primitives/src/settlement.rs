//! The interface of `settlement`: weight commits and reveals, epochs, emission.

use ink::prelude::vec::Vec;

use crate::{
    root::Share, weights::WeightsPayload, AccountId, GuardError, Hash, Netuid, ProtocolBlock, Rao, RegistryError,
    StakingError, Uid,
};

/// Most unrevealed commits of a hotkey on a subnet. Source: subtensor `commit_weights`.
pub const MAX_UNREVEALED_COMMITS: usize = 10;

/// Most weights of a row: as many entries of a payload as a call's input of 16 KiB has room for.
pub const MAX_WEIGHTS: usize = 1_024;
/// Most items of a batch: so many commits, reveals or rows fit a message.
pub const MAX_BATCH: usize = 16;
/// Uids of a page of results.
pub const RESULT_PAGE: usize = 256;
/// Steps of `settle` that stay below 300e9 of ref_time on pallet-contracts 31, whatever the subnet, and settle 256 uids
/// with 64 validators at once.
pub const SETTLE_STEPS: u32 = 256;

/// A commitment to weights that was not revealed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct WeightCommit {
    /// What was committed, see [`crate::weights::commit_hash`].
    pub hash: Hash,
    /// The epoch in which it was.
    pub epoch: u64,
    /// The epoch in which it may be revealed, whatever happens to the reveal period since.
    pub reveal_epoch: u64,
    /// The lowest version key that its reveal may show, whatever the subnet asks for since.
    pub version_key: u64,
    /// The block in which it was.
    pub committed_at: ProtocolBlock,
}

/// A weight as it is stored.
pub type Weight = (Uid, u16);

/// The weights of a validator in force.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct WeightsRow {
    /// The weights, the largest scaled up to 65,535.
    pub weights: Vec<Weight>,
    /// When they were committed (or set): newcomers since then get nothing of them.
    pub committed_at: ProtocolBlock,
    /// When they were revealed (or set): shows activity.
    pub updated_at: ProtocolBlock,
    /// Hash of the evidence behind them; zero if there is none.
    pub evidence: Hash,
}

/// When a hotkey may do what, in protocol blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Schedule {
    /// Now.
    pub now: ProtocolBlock,
    /// The current epoch.
    pub epoch: u64,
    /// The current epoch began at this block; commits made now count for this epoch.
    pub epoch_start: ProtocolBlock,
    /// The next epoch begins at this block: until then commits count for this epoch, and the reveals below are
    /// possible.
    pub next_epoch: ProtocolBlock,
    /// Commits of this epoch may be revealed now if they were made under the present reveal period; `None` in the first
    /// epochs and without commit and reveal.
    pub reveal_epoch: Option<u64>,
    /// The hotkey may commit (or set) from this block on.
    pub next_commit: ProtocolBlock,
    /// The last epoch that was settled is the one before this one.
    pub settled_until: u64,
    /// Whether `settle` has something to do.
    pub settle_due: bool,
    /// Whether weights go through commit and reveal.
    pub commit_reveal: bool,
    /// The lowest version key that may set weights; 0 accepts all.
    pub version_key: u64,
    /// The subnet's seed since the last settled epoch.
    pub seed: Hash,
}

/// What a settled epoch says of each uid, [`RESULT_PAGE`] uids at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct EpochResult {
    /// The epoch that it opens: all epochs before this one are settled by it.
    pub epoch: u64,
    /// The block at which that epoch began, for which the result holds.
    pub block: ProtocolBlock,
    /// The first uid of this page.
    pub first: Uid,
    /// Stake-weighted median of the weights towards each uid, as u16 fraction.
    pub consensus: Vec<u16>,
    /// Share of each uid in the miners' emission, as u16 fraction.
    pub incentive: Vec<u16>,
    /// Share of each uid in the validators' emission, as u16 fraction.
    pub dividends: Vec<u16>,
    /// How much of each validator's weights consensus kept, as u16 fraction.
    pub validator_trust: Vec<u16>,
    /// What each uid was paid for mining, in RAO.
    pub server_emission: Vec<Rao>,
    /// What each uid was paid for validating, in RAO.
    pub validator_emission: Vec<Rao>,
    /// Who may set weights until the next epoch.
    pub permits: Vec<bool>,
    /// Who had set weights lately.
    pub active: Vec<bool>,
    /// The hotkey's stake that the epoch counted, in RAO.
    pub stake: Vec<Rao>,
    /// A hash of all that the epoch was computed from and all that it says: `digest` of the contract's crate.
    pub digest: Hash,
}

impl EpochResult {
    /// Joins the page that follows.
    pub fn append(&mut self, next: Self) {
        self.consensus.extend(next.consensus);
        self.incentive.extend(next.incentive);
        self.dividends.extend(next.dividends);
        self.validator_trust.extend(next.validator_trust);
        self.server_emission.extend(next.server_emission);
        self.validator_emission.extend(next.validator_emission);
        self.permits.extend(next.permits);
        self.active.extend(next.active);
        self.stake.extend(next.stake);
    }
}

/// Where all emission is, in RAO: `accrued = paid + pending + carried`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct EmissionLedger {
    /// The block up to which emission is accounted for.
    pub accrued_until: ProtocolBlock,
    /// Emitted by the schedule so far.
    pub accrued: Rao,
    /// Minted to stakes and owners.
    pub paid: Rao,
    /// Waiting for the next epoch of its subnet.
    pub pending: Rao,
    /// Remainders of divisions, which join the next emission.
    pub carried: Rao,
}

/// Why `settlement` refused a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum SettlementError {
    /// Refused by ownership or pause.
    Guard(GuardError),
    /// `registry` refused; most often because there is no such subnet or it was not started.
    Registry(RegistryError),
    /// `staking` refused.
    Staking(StakingError),
    /// The token refused to mint.
    Mint,
    /// The hotkey is not registered on this subnet.
    HotKeyNotRegisteredInSubNet(AccountId),
    /// This subnet takes weights by commit and reveal only.
    CommitRevealEnabled,
    /// This subnet takes weights directly only.
    CommitRevealDisabled,
    /// The last commit is too recent.
    CommittingWeightsTooFast {
        /// From when a commit is possible.
        from: ProtocolBlock,
    },
    /// The last weights are too recent.
    SettingWeightsTooFast {
        /// From when weights are taken.
        from: ProtocolBlock,
    },
    /// There are [`MAX_UNREVEALED_COMMITS`] unrevealed commits.
    TooManyUnrevealedCommits,
    /// The hotkey has no unrevealed commit.
    NoWeightsCommitFound,
    /// No unrevealed commit has the hash of this payload.
    InvalidRevealCommitHashNotMatch {
        /// The hash of the payload.
        hash: Hash,
    },
    /// The reveal's window has not opened.
    RevealTooEarly {
        /// Now.
        now: ProtocolBlock,
        /// The first block of the window.
        opens: ProtocolBlock,
        /// The first block after the window.
        closes: ProtocolBlock,
    },
    /// The reveal's window has closed.
    ExpiredWeightCommit {
        /// Now.
        now: ProtocolBlock,
        /// The first block of the window.
        opens: ProtocolBlock,
        /// The first block after the window.
        closes: ProtocolBlock,
    },
    /// The salt is shorter than [`crate::weights::MIN_SALT`] or longer than [`crate::weights::MAX_SALT`].
    InvalidSalt,
    /// More weights than neurons, or than [`MAX_WEIGHTS`].
    UidsLengthExceedUidsInSubNet,
    /// Less stake than the subnet's threshold.
    NotEnoughStakeToSetWeights,
    /// The version key is below the subnet's.
    IncorrectWeightVersionKey {
        /// The lowest that is accepted.
        version_key: u64,
    },
    /// The hotkey has no permit to validate; permits are given at each epoch by stake.
    NeuronNoValidatorPermit,
    /// A uid stands twice in the row.
    DuplicateUids,
    /// A uid of the row does not exist.
    UidVecContainInvalidOne,
    /// Fewer weights than the subnet asks for.
    WeightVecLengthIsLow,
    /// A single weight is above the subnet's limit.
    MaxWeightExceeded,
    /// No epoch has ended since the last was settled.
    EpochNotDue {
        /// Now.
        now: ProtocolBlock,
        /// When the current epoch ends.
        next_epoch: ProtocolBlock,
    },
    /// An amount is beyond what the protocol can count.
    Overflow,
    /// There is no contract with the engine's code.
    EngineMissing,
    /// The engine cannot read the epoch under way that another one has kept.
    EpochUnreadable,
    /// The caller is not the root network.
    CallerNotRoot(AccountId),
    /// The lists of a batch differ in length.
    InputLengthsUnequal,
    /// A batch has more than [`MAX_BATCH`] items.
    BatchTooLong,
}

impl From<GuardError> for SettlementError {
    fn from(error: GuardError) -> Self {
        Self::Guard(error)
    }
}

impl From<RegistryError> for SettlementError {
    fn from(error: RegistryError) -> Self {
        Self::Registry(error)
    }
}

impl From<StakingError> for SettlementError {
    fn from(error: StakingError) -> Self {
        Self::Staking(error)
    }
}

/// What `settlement` does.
#[ink::trait_definition]
pub trait Settlement {
    /// Commits the caller to weights: `hash` is [`crate::weights::commit_hash`] of what it will reveal.
    ///
    /// Who: a registered hotkey.
    /// # Errors
    /// In this order: `Guard(Paused)`, `Registry`, `CommitRevealDisabled`, `HotKeyNotRegisteredInSubNet`,
    /// `CommittingWeightsTooFast`, `TooManyUnrevealedCommits`. Expired commits make room.
    /// # Events
    /// `WeightsCommitted`.
    #[ink(message)]
    fn commit_weights(&mut self, netuid: Netuid, hash: Hash) -> Result<(), SettlementError>;

    /// Commits the caller on several subnets, one after the other as `commit_weights` does. What is refused on one subnet
    /// leaves the others as they are; a subnet that is named twice is committed to twice, as its pace allows. Source:
    /// subtensor `batch_commit_weights`.
    ///
    /// Who: a hotkey.
    /// # Errors
    /// Of the batch, in this order: `Guard(Paused)`, `InputLengthsUnequal`, `BatchTooLong`.
    /// # Events
    /// For each subnet `WeightsCommitted`, or `BatchWeightItemFailed` with an error of `commit_weights`. Then
    /// `BatchWeightsCompleted` if none failed (also where there is none), `BatchCompletedWithErrors` otherwise.
    #[ink(message)]
    fn batch_commit_weights(&mut self, netuids: Vec<Netuid>, hashes: Vec<Hash>) -> Result<(), SettlementError>;

    /// Reveals weights that `hotkey` committed, in the window and with the version key of [`WeightCommit`], also where
    /// commit and reveal was turned off since. A weight towards a uid that changed hands since the scoring counts as 0;
    /// the checks see it as it was committed. Older commits of the hotkey are dropped. Permits are those of the last
    /// epoch that was settled.
    ///
    /// Who: anyone who has the payload.
    /// # Errors
    /// In this order: `Guard(Paused)`, `Registry`, `NoWeightsCommitFound`, `InvalidRevealCommitHashNotMatch`,
    /// `RevealTooEarly` or `ExpiredWeightCommit`, `InvalidSalt`, then the checks of `set_weights` but for its pace.
    /// # Events
    /// `WeightsRevealed`.
    #[ink(message)]
    fn reveal_weights(
        &mut self,
        netuid: Netuid,
        hotkey: AccountId,
        payload: WeightsPayload,
    ) -> Result<(), SettlementError>;

    /// Reveals several weights that `hotkey` committed on one subnet, one after the other as `reveal_weights` does: in the
    /// order of their commits, since a reveal drops the older ones. The last row is the one that counts. If one is refused
    /// none is revealed; no payload at all changes nothing. Source: subtensor `batch_reveal_weights`, which takes them in
    /// any order.
    ///
    /// Who: anyone who has the payloads.
    /// # Errors
    /// In this order: `Guard(Paused)`, `BatchTooLong`, `Registry`, then those of `reveal_weights` for one payload after the
    /// other. A payload that stands twice is `NoWeightsCommitFound` or `InvalidRevealCommitHashNotMatch`.
    /// # Events
    /// `WeightsRevealed` for each.
    #[ink(message)]
    fn batch_reveal_weights(
        &mut self,
        netuid: Netuid,
        hotkey: AccountId,
        payloads: Vec<WeightsPayload>,
    ) -> Result<(), SettlementError>;

    /// Sets the caller's weights directly where the subnet has commit and reveal off; commits that it has not revealed
    /// are dropped. Permits are those of the last epoch that was settled.
    ///
    /// Who: a registered hotkey.
    /// # Errors
    /// In this order: `Guard(Paused)`, `Registry`, `CommitRevealEnabled`, `UidsLengthExceedUidsInSubNet`,
    /// `HotKeyNotRegisteredInSubNet`, `NotEnoughStakeToSetWeights`, `IncorrectWeightVersionKey`,
    /// `SettingWeightsTooFast`, `NeuronNoValidatorPermit`, `DuplicateUids`, `UidVecContainInvalidOne`,
    /// `WeightVecLengthIsLow`, `MaxWeightExceeded`. Source of the order: subtensor `subnets/weights.rs`.
    /// # Events
    /// `WeightsSet`.
    #[ink(message)]
    fn set_weights(&mut self, netuid: Netuid, weights: Vec<Weight>, version_key: u64) -> Result<(), SettlementError>;

    /// Sets the caller's weights directly on several subnets, one after the other as `set_weights` does. What is refused on
    /// one subnet leaves the others as they are; of two rows for one subnet the later counts, if its pace allows it. Source:
    /// subtensor `batch_set_weights`.
    ///
    /// Who: a hotkey.
    /// # Errors
    /// Of the batch, in this order: `Guard(Paused)`, `InputLengthsUnequal`, `BatchTooLong`.
    /// # Events
    /// For each subnet `WeightsSet`, or `BatchWeightItemFailed` with an error of `set_weights`. Then
    /// `BatchWeightsCompleted` if none failed (also where there is none), `BatchCompletedWithErrors` otherwise.
    #[ink(message)]
    fn batch_set_weights(
        &mut self,
        netuids: Vec<Netuid>,
        weights: Vec<Vec<Weight>>,
        version_keys: Vec<u64>,
    ) -> Result<(), SettlementError>;

    /// Settles a subnet up to the epoch under way: consensus, bonds, permits, and the payment of all emission that
    /// accrued for it until now. It is one computation, for the first block of the current epoch, also where several
    /// epochs have ended since the last time. Returns whether the epoch is settled: a large subnet takes several
    /// messages, each of at most `max_steps` steps, or [`SETTLE_STEPS`] if that is less, and the rest of the last task (at
    /// least one step, at most about 256), where a step is about a row of 256 weights. The first message fixes all that
    /// decides the epoch: stake, neurons, rows, rules, emission; nothing that happens until the last one changes any of
    /// it. A subnet that is dissolved in between is paid no further: what is left joins the next emission.
    ///
    /// Who: anyone.
    /// # Errors
    /// In this order: `EngineMissing`, `Guard(Paused)`, `EpochUnreadable`, `Registry`, `EpochNotDue`, `Overflow`, `Mint`,
    /// `Staking`.
    /// # Events
    /// `EpochSettled` for each page of uids that is paid.
    #[ink(message)]
    fn settle(&mut self, netuid: Netuid, max_steps: u32) -> Result<bool, SettlementError>;

    /// Settles with the code of the contract `engine` from now on.
    ///
    /// Who: the owner.
    /// # Errors
    /// In this order: `Guard(CallerNotOwner)`, `EngineMissing`, `Guard(CodeRefused)` and `Guard(StorageMismatch)` if its
    /// code does not work with this contract's storage.
    /// # Events
    /// `EngineSet`.
    #[ink(message)]
    fn set_engine(&mut self, engine: AccountId) -> Result<(), SettlementError>;

    /// Divides what is emitted from now on among the subnets that run by these shares, on any scale; one that is not named
    /// has none. Without shares all have the same, and one that starts takes part at once.
    ///
    /// Who: the root network.
    /// # Errors
    /// In this order: `Guard(Paused)`, `CallerNotRoot`, `Overflow`.
    #[ink(message)]
    fn set_shares(&mut self, shares: Vec<Share>) -> Result<(), SettlementError>;

    /// Names the root network.
    ///
    /// Who: the owner.
    /// # Errors
    /// `Guard(CallerNotOwner)`.
    #[ink(message)]
    fn connect(&mut self, root_network: AccountId) -> Result<(), SettlementError>;

    /// The hash that `commit_weights` takes for a payload.
    #[ink(message)]
    fn preview_commit_hash(&self, netuid: Netuid, hotkey: AccountId, payload: WeightsPayload) -> Hash;

    /// When `hotkey` may do what on a subnet.
    ///
    /// # Errors
    /// `Registry`.
    #[ink(message)]
    fn schedule(&self, netuid: Netuid, hotkey: AccountId) -> Result<Schedule, SettlementError>;

    /// The unrevealed commits of a hotkey, oldest first; expired ones stay until the next commit.
    #[ink(message)]
    fn weight_commits(&self, netuid: Netuid, hotkey: AccountId) -> Vec<WeightCommit>;

    /// The weights of a uid that the next epoch counts; `None` if its neuron has set none.
    #[ink(message)]
    fn weights(&self, netuid: Netuid, uid: Uid) -> Option<WeightsRow>;

    /// The bonds of a uid after the last epoch, as u16 fractions, towards the uids of a page of [`RESULT_PAGE`]. Those of
    /// an epoch under way are replaced page by page.
    #[ink(message)]
    fn bonds(&self, netuid: Netuid, uid: Uid, page: u8) -> Vec<Weight>;

    /// The result of the last settled epoch for a page of [`RESULT_PAGE`] uids.
    #[ink(message)]
    fn epoch_result(&self, netuid: Netuid, page: u8) -> Option<EpochResult>;

    /// Where all emission is, as of the last accrual.
    #[ink(message)]
    fn emission(&self) -> EmissionLedger;

    /// What waits for the next epoch of a subnet, as of the last accrual, in RAO.
    #[ink(message)]
    fn pending_emission(&self, netuid: Netuid) -> Rao;
}

/// The code by which `settlement` settles epochs; it runs on `settlement`'s storage.
#[ink::trait_definition]
pub trait Engine {
    /// As [`Settlement::settle`].
    ///
    /// # Errors
    /// Those of [`Settlement::settle`] but for `EngineMissing`.
    #[ink(message)]
    fn settle(&mut self, netuid: Netuid, max_steps: u32) -> Result<bool, SettlementError>;

    /// Passes if this code works with the storage that it finds. Not the message of the same name of the guard, so that
    /// an engine does not pass for `settlement`'s own code, nor that for an engine.
    ///
    /// # Errors
    /// `StorageMismatch`.
    #[ink(message)]
    fn check_storage(&self) -> Result<(), GuardError>;
}

/// Another engine was set.
#[ink::event]
pub struct EngineSet {
    /// A contract with its code.
    #[ink(topic)]
    pub engine: AccountId,
    /// The hash of its code.
    pub code_hash: Hash,
}

/// Weights were committed.
#[ink::event]
pub struct WeightsCommitted {
    /// On which subnet.
    pub netuid: Netuid,
    /// By which hotkey.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// The commitment.
    pub commit: WeightCommit,
}

/// Weights were revealed.
#[ink::event]
pub struct WeightsRevealed {
    /// On which subnet.
    pub netuid: Netuid,
    /// Whose.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// The commitment's hash.
    pub hash: Hash,
    /// Hash of the evidence behind them; zero if there is none.
    pub evidence: Hash,
}

/// Weights were set directly.
#[ink::event]
pub struct WeightsSet {
    /// On which subnet.
    pub netuid: Netuid,
    /// By which hotkey.
    #[ink(topic)]
    pub hotkey: AccountId,
}

/// A batch went through on every subnet.
#[ink::event]
pub struct BatchWeightsCompleted {
    /// The subnets.
    pub netuids: Vec<Netuid>,
    /// Whose batch.
    #[ink(topic)]
    pub hotkey: AccountId,
}

/// A batch went through, but for what `BatchWeightItemFailed` told of.
#[ink::event]
pub struct BatchCompletedWithErrors {
    /// Whose batch.
    #[ink(topic)]
    pub hotkey: AccountId,
}

/// Something of a batch was refused.
#[ink::event]
pub struct BatchWeightItemFailed {
    /// On which subnet.
    pub netuid: Netuid,
    /// Whose batch.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// Why.
    pub error: SettlementError,
}

/// An epoch was settled, and a page of its uids was paid.
#[ink::event]
pub struct EpochSettled {
    /// Of which subnet.
    pub netuid: Netuid,
    /// What it says of each uid.
    pub result: EpochResult,
    /// What the owner of the subnet got, in RAO; told with the first page.
    pub owner_cut: Rao,
}
