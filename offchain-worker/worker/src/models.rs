//! Where models come from. Whoever serves them is hostile: a model counts only if its bytes are those that the
//! miner committed to.

use primitives::{
    axon::Axon,
    model::{CommittedModel, bound_hash, content_hash},
};
use thiserror::Error;
use transport::fetch::Fetcher;

/// Why a committed model is not at hand. Such a miner is not observed in the round; it is not scored 0.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unavailable {
    /// Nothing could be fetched from the location.
    #[error("nothing to be had from `{location}`")]
    NotFound {
        /// The committed location.
        location: String,
    },
    /// The bytes are not those that were committed to.
    #[error("the model at `{location}` is not the one committed to")]
    WrongContent {
        /// The committed location.
        location: String,
    },
    /// It could not be fetched.
    #[error("{0}")]
    Failed(String),
}

/// Fetches models.
pub trait ModelSource: Sync {
    /// The bytes at `location`, of which at most `size` are wanted; `None` if there are none to be had.
    fn fetch(&self, location: &str, size: u32) -> Option<Vec<u8>>;

    /// What hotkeys committed to, in their order; each also from the endpoint that is given, if its location is empty.
    fn fetch_all(&self, wanted: &[(CommittedModel, Option<Axon>)]) -> Vec<Result<Vec<u8>, Unavailable>> {
        wanted.iter().map(|(committed, _)| self.fetch_committed(committed)).collect()
    }

    /// Fetches what a hotkey committed to and checks that it is that. A source that knows models by their hash finds them
    /// wherever they were said to be.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn fetch_committed(&self, committed: &CommittedModel) -> Result<Vec<u8>, Unavailable> {
        let model = &committed.model;
        let location = String::from_utf8_lossy(&model.location).into_owned();
        let Some(bytes) = self.fetch(&location, model.size) else {
            return Err(Unavailable::NotFound { location });
        };
        let is_committed = u32::try_from(bytes.len()) == Ok(model.size)
            && bound_hash(&content_hash(&bytes), &committed.hotkey) == model.bound_hash;
        if is_committed { Ok(bytes) } else { Err(Unavailable::WrongContent { location }) }
    }
}

/// From the network, and kept.
impl ModelSource for Fetcher {
    fn fetch(&self, location: &str, size: u32) -> Option<Vec<u8>> {
        Fetcher::fetch(self, location, size)
    }

    fn fetch_all(&self, wanted: &[(CommittedModel, Option<Axon>)]) -> Vec<Result<Vec<u8>, Unavailable>> {
        let fetched = Fetcher::fetch_all(self, wanted).into_iter();
        fetched.map(|result| result.map_err(|error| Unavailable::Failed(error.to_string()))).collect()
    }

    fn fetch_committed(&self, committed: &CommittedModel) -> Result<Vec<u8>, Unavailable> {
        Fetcher::fetch_committed(self, committed, None).map_err(|error| Unavailable::Failed(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use primitives::{
        AccountId, ProtocolBlock,
        model::{ModelCommitment, ModelKind},
    };

    use super::*;

    struct Shelf(Vec<u8>);

    impl ModelSource for Shelf {
        fn fetch(&self, location: &str, _size: u32) -> Option<Vec<u8>> {
            (location == "here").then(|| self.0.clone())
        }
    }

    fn committed(hotkey: &AccountId, bytes: &[u8], location: &str) -> CommittedModel {
        let model = ModelCommitment {
            kind: ModelKind::Wasm,
            size: u32::try_from(bytes.len()).expect("small"),
            bound_hash: bound_hash(&content_hash(bytes), hotkey),
            location: location.into(),
        };
        CommittedModel { model, hotkey: *hotkey, committed_at: ProtocolBlock::new(1) }
    }

    #[test]
    fn a_model_counts_only_for_the_hotkey_that_committed_to_it() {
        let shelf: &dyn ModelSource = &Shelf(vec![1, 2, 3]);
        let [owner, copier] = [[1; 32], [2; 32]].map(AccountId::from);
        let commitment = committed(&owner, &[1, 2, 3], "here");
        assert_eq!(shelf.fetch_committed(&commitment), Ok(vec![1, 2, 3]));
        let location = String::from("here");
        let copied = CommittedModel { hotkey: copier, ..commitment };
        assert_eq!(shelf.fetch_committed(&copied), Err(Unavailable::WrongContent { location }));
    }

    #[test]
    fn other_bytes_than_the_committed_ones_are_refused() {
        let hotkey = AccountId::from([1; 32]);
        let shelf: &dyn ModelSource = &Shelf(vec![1, 2, 4]);
        let location = String::from("here");
        let refused = shelf.fetch_committed(&committed(&hotkey, &[1, 2, 3], "here"));
        assert_eq!(refused, Err(Unavailable::WrongContent { location }));
        let location = String::from("there");
        let refused = shelf.fetch_committed(&committed(&hotkey, &[1, 2, 4], "there"));
        assert_eq!(refused, Err(Unavailable::NotFound { location }));
    }
}
