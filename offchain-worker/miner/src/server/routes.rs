//! The routes.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tokio::task;
use transport::{
    btauth,
    wire::{BlobInfo, Format, Info, MAX_INPUTS, MAX_REQUEST_BYTES, PredictRequest, PredictResponse},
};

use super::{Shared, guard, range, refusal::Refusal};

type App = State<Arc<Shared>>;

/// Weights for a batch of inputs, signed.
pub(super) async fn predict(State(shared): App, request: Request) -> Result<Response, Refusal> {
    let verified = guard::verified(&shared, request, MAX_REQUEST_BYTES).await?;
    let kind = verified.parts.headers.get(header::CONTENT_TYPE);
    let kind = kind.map(HeaderValue::to_str).transpose().map_err(|_| Refusal::BadRequest)?;
    let format = Format::of(kind).ok_or(Refusal::BadRequest)?;
    let question: PredictRequest = format.decode(&verified.body).map_err(|_| Refusal::BadRequest)?;
    if question.task != shared.service.task || question.inputs.len() > MAX_INPUTS {
        return Err(Refusal::BadRequest);
    }
    let inputs: Vec<Vec<u8>> = question.inputs.into_iter().map(|input| input.0).collect();
    let weights = weights(&shared, inputs).await?;
    let body = format.encode(&PredictResponse { weights });
    let mut headers =
        btauth::sign_response(&shared.service.hotkey, &verified.claim, &verified.body, StatusCode::OK.as_u16(), &body);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    Ok((headers, body).into_response())
}

/// What the backend says, when a worker is free; at once refused when too many wait for one.
async fn weights(shared: &Arc<Shared>, inputs: Vec<Vec<u8>>) -> Result<Vec<Vec<u16>>, Refusal> {
    let _place = Arc::clone(&shared.queue).try_acquire_owned().map_err(|_| Refusal::Busy)?;
    let worker = Arc::clone(&shared.workers).acquire_owned().await.map_err(|_| Refusal::Busy)?;
    let (backend, count) = (Arc::clone(&shared.service.backend), inputs.len());
    let active = shared.metrics.begin_prediction();
    let predicted = task::spawn_blocking(move || {
        let predicted = backend.predict(&inputs);
        drop((worker, active));
        predicted
    });
    match predicted.await {
        Ok(Ok(weights)) if weights.len() == count => Ok(weights),
        _ => Err(Refusal::Failed),
    }
}

/// What is served, to anybody.
pub(super) async fn info(State(shared): App) -> Response {
    let model = shared.model.as_ref();
    let info = Info {
        version: 1,
        hotkey: chain::ss58(&shared.service.hotkey.account()),
        netuid: shared.service.netuid.get(),
        task: shared.service.task.clone(),
        model: model.map(|(name, bytes)| BlobInfo { bound_hash: name.clone(), size: bytes.len() as u32 }),
        max_inputs: MAX_INPUTS as u32,
        max_request_bytes: MAX_REQUEST_BYTES as u64,
    };
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(Format::Json.content_type()))];
    (kind, Format::Json.encode(&info)).into_response()
}

/// The committed model, or a range of it.
pub(super) async fn blob(State(shared): App, Path(hash): Path<String>, request: Request) -> Result<Response, Refusal> {
    let verified = guard::verified(&shared, request, 0).await?;
    match &shared.model {
        Some((name, model)) if *name == hash => Ok(part(&verified.parts.headers, model.clone())),
        _ => Err(Refusal::NotFound),
    }
}

/// Answers with the range that the headers ask for, else with everything.
fn part(headers: &HeaderMap, model: Bytes) -> Response {
    let length = model.len();
    let mut response = Response::new(Body::empty());
    let mut set = |name, text: String| {
        // Numbers and punctuation only.
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::ACCEPT_RANGES, "bytes".into());
    set(header::CONTENT_TYPE, "application/wasm".into());
    let (status, body) = match range::parse(headers, length) {
        range::Wanted::All => (StatusCode::OK, model),
        range::Wanted::Part(range) => {
            set(header::CONTENT_RANGE, format!("bytes {}-{}/{length}", range.start, range.end - 1));
            (StatusCode::PARTIAL_CONTENT, model.slice(range))
        }
        range::Wanted::Beyond => {
            set(header::CONTENT_RANGE, format!("bytes */{length}"));
            (StatusCode::RANGE_NOT_SATISFIABLE, Bytes::new())
        }
    };
    *response.status_mut() = status;
    *response.body_mut() = Body::from(body);
    response
}

/// Whether it answers at all.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// What happened so far, for Prometheus.
pub(super) async fn metrics(State(shared): App) -> Response {
    let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], shared.metrics.text()).into_response()
}

/// Everything else.
pub(super) async fn nothing() -> Refusal {
    Refusal::NotFound
}
