//! What a request gets that is not served: one fixed answer per kind.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use transport::btauth::AuthError;

/// Why a request is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Refusal {
    /// It is not authenticated, or its sender is not on the list: told alike, whatever it is.
    Unauthorized,
    /// Its body is no question of the task.
    BadRequest,
    /// There is no such thing here.
    NotFound,
    /// Its body is too long.
    TooLarge,
    /// Its body did not come in time.
    Slow,
    /// Its address or its key asks too often.
    TooMany,
    /// No worker is free.
    Busy,
    /// The backend failed.
    Failed,
}

impl Refusal {
    /// Its name in the body and in the metrics.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::BadRequest => "bad_request",
            Self::NotFound => "not_found",
            Self::TooLarge => "too_large",
            Self::Slow => "slow",
            Self::TooMany => "too_many",
            Self::Busy => "busy",
            Self::Failed => "failed",
        }
    }

    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<AuthError> for Refusal {
    fn from(_: AuthError) -> Self {
        Self::Unauthorized
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = format!(r#"{{"error":"{}"}}"#, self.name());
        let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        (self.status(), kind, body).into_response()
    }
}
