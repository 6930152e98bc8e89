//! The limits at the head of every request: who calls too often goes no further.
//!
//! Nothing but headers is looked at: the body is not waited for, no signature is verified and the store is not asked.

use std::ops::ControlFlow;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::header::EXPECT;
use axum::http::request;
use axum::response::Response;
use http_body_util::{BodyExt, Limited};
use lunas_snap::service::Service;

use crate::app::{App, ids};
use crate::http::peer::{Peer, address};
use crate::http::person::wants_page;
use crate::http::reply;
use crate::http::too_many::failure;
use crate::limits::TooMany;
use crate::pages::{respond, start};
use crate::{api, probes};

/// Where the files of pages lie.
const ASSETS: &str = "/assets/";
/// How much of a refused request is still read, and for how long. What is read lets the client keep its connection, and a
/// connection is dearer to set up anew than a request is to throw away.
const REST_BYTES_MAX: usize = 64 * 1024;
const REST_TIME_MAX: Duration = Duration::from_millis(250);

/// Lets a request through, or answers it: a page for a person, a body for a program. The log tells of refusals in sum, and
/// not here.
pub(super) async fn admit(app: &App, request: Request) -> ControlFlow<Response, Request> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let is_call = path.starts_with(api::PREFIX);
    let service = Service::find(path).filter(|service| is_call && service.inbound());
    let checked = if is_call { api::check_often(app, &parts, service) } else { check_page(app, &parts) };
    let Err(too_many) = checked else { return ControlFlow::Continue(Request::from_parts(parts, body)) };
    if !parts.headers.contains_key(EXPECT) {
        read_rest(body).await;
    }
    ControlFlow::Break(if wants_page(&parts.method, &parts.headers) {
        let page = start::too_often(app, &parts.method, &parts.uri, &parts.headers);
        respond::after(too_many.retry_after_seconds, page)
    } else {
        reply::refusal(app, service, &ids::request_id(&app.env), &failure(too_many))
    })
}

/// Counts a request for anything but a service. Probes are never refused, and neither are the files of pages: giving one
/// costs no more than refusing it, and the page that tells of a refusal is drawn with them.
fn check_page(app: &App, parts: &request::Parts) -> Result<(), TooMany> {
    let path = parts.uri.path();
    if probes::is_probe(path) || path.starts_with(ASSETS) {
        return Ok(());
    }
    let address = address(app, &parts.headers, parts.extensions.get::<Peer>());
    address.map_or(Ok(()), |address| app.limits.page(address))
}

async fn read_rest(body: Body) {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if body.is_end_stream() || announced > REST_BYTES_MAX {
        return;
    }
    let rest = Limited::new(body, REST_BYTES_MAX).collect();
    // Whatever is wrong with it, the answer is the same; the server closes a connection that has more to say.
    let _ = tokio::time::timeout(REST_TIME_MAX, rest).await;
}
