//! The routes of a miner's endpoint and the bodies of their requests and answers: JSON, or postcard where the content
//! type says so.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, de::Error as _};
use thiserror::Error;

/// Asks for weights of inputs: [`PredictRequest`] to [`PredictResponse`], signed.
pub const PREDICT: &str = "/v1/predict";
/// Says what is served: [`Info`].
pub const INFO: &str = "/v1/info";
/// The committed model by its bound hash in hex, without `0x`; takes a range of bytes. Signed.
pub const BLOB: &str = "/v1/blob/";

/// Most inputs of a request.
pub const MAX_INPUTS: usize = 256;
/// Largest body of a request, in bytes.
pub const MAX_REQUEST_BYTES: usize = 1 << 20;
/// Largest body of an answer that is not a model, in bytes.
pub const MAX_RESPONSE_BYTES: u64 = 4 << 20;

/// The path of a committed model.
pub fn blob_target(bound_hash: &[u8; 32]) -> String {
    format!("{BLOB}{}", hex::encode(bound_hash))
}

/// How a body is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// JSON; inputs are hex.
    #[default]
    Json,
    /// postcard: a third of the bytes, and faster.
    Postcard,
}

/// A body is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the body is not of the expected form")]
pub struct BadBody;

impl Format {
    /// The format of a content type; none means JSON.
    pub fn of(content_type: Option<&str>) -> Option<Self> {
        let essence = content_type.map(|text| text.split(';').next().unwrap_or_default().trim());
        match essence {
            None => Some(Self::Json),
            Some(text) if text.eq_ignore_ascii_case(Self::Json.content_type()) => Some(Self::Json),
            Some(text) if text.eq_ignore_ascii_case(Self::Postcard.content_type()) => Some(Self::Postcard),
            Some(_) => None,
        }
    }

    /// Its content type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Postcard => "application/postcard",
        }
    }

    /// Writes a body.
    pub fn encode(self, value: &impl Serialize) -> Vec<u8> {
        let bytes = match self {
            Self::Json => serde_json::to_vec(value).map_err(|_| BadBody),
            Self::Postcard => postcard::to_allocvec(value).map_err(|_| BadBody),
        };
        bytes.expect("both fail only on types that the messages do not contain")
    }

    /// Reads a body.
    ///
    /// # Errors
    /// [`BadBody`], also if something follows what was read.
    pub fn decode<T: DeserializeOwned>(self, bytes: &[u8]) -> Result<T, BadBody> {
        match self {
            Self::Json => serde_json::from_slice(bytes).map_err(|_| BadBody),
            Self::Postcard => match postcard::take_from_bytes(bytes) {
                Ok((value, [])) => Ok(value),
                Ok(_) | Err(_) => Err(BadBody),
            },
        }
    }
}

/// One input, as the task's items have them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input(pub Vec<u8>);

impl Serialize for Input {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&hex::encode(&self.0))
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            hex::decode(text).map(Self).map_err(D::Error::custom)
        } else {
            Vec::deserialize(deserializer).map(Self)
        }
    }
}

/// A batch of inputs of one task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PredictRequest {
    /// Name of the task.
    pub task: String,
    /// At most [`MAX_INPUTS`].
    pub inputs: Vec<Input>,
}

/// What the miner says of each input, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PredictResponse {
    /// One weight per class of each input, as models of the ABI write them.
    pub weights: Vec<Vec<u16>>,
}

/// What an endpoint says of itself, to anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// Version of the routes: 1.
    pub version: u32,
    /// The miner's hotkey in SS58.
    pub hotkey: String,
    /// The subnet.
    pub netuid: u16,
    /// The subnet's task.
    pub task: String,
    /// The committed model that can be fetched here, if any.
    pub model: Option<BlobInfo>,
    /// Most inputs of a request.
    pub max_inputs: u32,
    /// Largest body of a request, in bytes.
    pub max_request_bytes: u64,
}

/// A model that can be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobInfo {
    /// Its content hash bound to the hotkey, in hex without `0x`.
    pub bound_hash: String,
    /// Its size in bytes.
    pub size: u32,
}

/// The body of every answer that is no success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What is wrong, in a word.
    pub error: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_reads_as_it_was_written_in_both_formats() {
        let request = PredictRequest { task: "tabular".into(), inputs: vec![Input(vec![0, 255]), Input(vec![])] };
        for format in [Format::Json, Format::Postcard] {
            let bytes = format.encode(&request);
            assert_eq!(format.decode(&bytes), Ok(request.clone()), "{format:?}");
            assert_eq!(format.decode::<PredictRequest>(&[&bytes[..], b"0"].concat()), Err(BadBody));
        }
        assert_eq!(Format::Json.encode(&request), br#"{"task":"tabular","inputs":["00ff",""]}"#);
    }

    #[test]
    fn a_content_type_may_have_parameters_and_must_be_known() {
        assert_eq!(Format::of(Some("Application/JSON; charset=utf-8")), Some(Format::Json));
        assert_eq!(Format::of(Some("application/postcard")), Some(Format::Postcard));
        assert_eq!(Format::of(None), Some(Format::Json));
        assert_eq!(Format::of(Some("text/plain")), None);
    }
}
