//! The pictures of QR codes: what `qrUrl` leads to.
//!
//! A picture's name cannot be guessed, and whoever has it may pay and nothing else. It may be kept for as long as the code
//! can be paid; after that there is none.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use lunas_domain::payment::Status;

use crate::app::App;
use crate::app::link::QR_PATH;
use crate::flow::review;
use crate::http::Roads;
use crate::qr::{code, image};
use crate::span;

pub(crate) fn routes() -> Roads<Arc<App>> {
    Roads::new().route(&format!("{QR_PATH}/{{file}}"), get(picture))
}

async fn picture(State(app): State<Arc<App>>, Path(file): Path<String>) -> Response {
    let not_kept = |status: StatusCode| (status, [(CACHE_CONTROL, "no-store")]).into_response();
    let Some((tref, kind)) = file.split_once('.') else { return not_kept(StatusCode::NOT_FOUND) };
    let draw: fn(&str) -> (&'static str, Vec<u8>) = match kind {
        "png" => |text| ("image/png", image::png(text)),
        "svg" => |text| ("image/svg+xml", image::svg(text).into_bytes()),
        _ => return not_kept(StatusCode::NOT_FOUND),
    };
    let Some((reference_no, _)) = app.reference_of(tref) else { return not_kept(StatusCode::NOT_FOUND) };
    let payment = match review::view(&app, &reference_no).await {
        Ok(Some(review)) => review.payment,
        Ok(None) => return not_kept(StatusCode::NOT_FOUND),
        Err(error) => {
            span::fails_for(&error.to_string());
            return not_kept(StatusCode::SERVICE_UNAVAILABLE);
        }
    };
    let Some(text) = code::content(&payment) else { return not_kept(StatusCode::NOT_FOUND) };
    if payment.status != Status::Pending {
        return not_kept(StatusCode::GONE);
    }
    let (content_type, bytes) = draw(&text);
    let seconds_left = payment.valid_up_to.since(app.env.now()).as_secs();
    let keep = HeaderValue::from_str(&format!("public, max-age={seconds_left}"));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (CACHE_CONTROL, keep.expect("digits are plain ASCII")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, bytes).into_response()
}
