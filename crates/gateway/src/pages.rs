//! Customers' pages: what `webRedirectUrl`, a scanned code or a merchant's request for consent opens, and the start page.

pub mod asset;
mod consent;
mod form;
mod front;
pub mod language;
mod link;
pub mod parts;
mod qr;
pub mod respond;
mod review;
mod scan;
pub(crate) mod start;
mod text;
mod view;

pub(crate) use consent::refused as link_refused;
pub use front::{Front, Start, Way};

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use crate::app::App;
use crate::app::consent::CONSENT_PATH;
use crate::app::link::{REVIEW_PATH, SCAN_PATH};
use crate::http::Roads;
use asset::Asset;
use link::{PICTURE_PATH, STATE_PATH};

/// The most bytes of a form.
const FORM_BYTES_MAX: usize = 8 * 1024;

/// The pages and the files they load.
pub(crate) fn routes(front: Option<Arc<dyn Front>>) -> Roads<Arc<App>> {
    let assets = front.as_ref().map_or_else(Vec::new, |front| front.assets().to_vec());
    let assets: Arc<[&Asset]> = asset::ALL.iter().copied().chain(assets).collect();
    Roads::new()
        .route("/", get(move |app, query, headers| start::show(front.clone(), app, query, headers)))
        .route(PICTURE_PATH, get(review::picture))
        .route(STATE_PATH, get(review::state))
        .route(REVIEW_PATH, get(review::show).post(review::act).layer(DefaultBodyLimit::max(FORM_BYTES_MAX)))
        .route(SCAN_PATH, get(scan::show).post(scan::find).layer(DefaultBodyLimit::max(FORM_BYTES_MAX)))
        .route(
            CONSENT_PATH,
            get(consent::show).post(consent::act).layer(DefaultBodyLimit::max(FORM_BYTES_MAX)),
        )
        .route("/assets/{fingerprint}/{name}", get(move |app, path| asset::serve(assets.clone(), app, path)))
        .merge(qr::routes())
}
