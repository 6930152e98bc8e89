//! A small coffee shop: the mini app and the merchant's backend that the container shows off.
//!
//! It knows the gateway only as a merchant does: by its credentials, over HTTP, through the SDK. Its page believes its
//! own backend, and the backend believes the payment provider; what `launchPayment` answers is shown and not believed.

mod backend;
mod shop;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, body::Bytes};
use lunas_client::{ReceivedNotification, Reply};
use lunas_gateway::app::App;
use lunas_gateway::brand::Brand;
use lunas_gateway::env::ALPHANUMERIC;
use lunas_gateway::http::Roads;
use lunas_gateway::pages::language::Language;
use lunas_gateway::pages::{parts, respond};
use lunas_snap::service::Service;
use lunas_vocab::Money;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;
use url::form_urlencoded::parse;

use crate::asset;
use crate::running::Running;
use backend::{Backend, Return};
use shop::{Article, Cart, MENU, Shop, Source};
use text::Text;

/// The most bytes of an order or a notification.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// Characters of an order's id after its prefix; the id is all it takes to see the order.
const ORDER_ID_LEN: usize = 20;

/// The shop's page, its backend, and where the gateway notifies it.
///
/// The shop sells by direct debit alone, but `lunas trigger` opens codes and virtual accounts in the shop's name.
pub(crate) fn routes() -> Roads<Running> {
    let notifications = Service::ALL.iter().filter(|service| service.outbound());
    let told = notifications.fold(Roads::new(), |router, service| {
        router.route(&format!("/demo/notify{}", service.path()), post(notified))
    });
    told.route("/demo", get(page))
        .route("/demo/api/orders", post(order))
        .route("/demo/api/orders/{id}", get(order_status))
        .over(|router| router.layer(DefaultBodyLimit::max(BODY_BYTES_MAX)))
        .over(|router| router.layer(Extension(Arc::new(Demo::default()))))
}

/// The shop, with a connection that is made when it is first needed.
#[derive(Debug, Default)]
struct Demo {
    shop: Shop,
    backend: OnceCell<Backend>,
}

impl Demo {
    async fn backend(&self, sandbox: &Running) -> Option<&Backend> {
        let credentials = &sandbox.own.credentials;
        let made = self.backend.get_or_try_init(async || Backend::new(credentials)).await;
        made.inspect_err(|error| tracing::error!(%error, "the demo shop has no connection")).ok()
    }
}

/// The shop's page. All views are in it; its script shows one at a time.
#[derive(Template)]
#[template(path = "demo.html")]
struct ShopPage {
    brand: Arc<Brand>,
    language: Language,
    text: &'static Text,
    menu: &'static [Article],
    total: String,
}

async fn page(State(app): State<Arc<App>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = query.unwrap_or_default();
    let lang = parse(query.as_bytes()).find(|(name, _)| name == "lang").map(|(_, lang)| lang);
    let language = Language::choose(lang.as_deref(), None, &headers);
    let total = Cart::suggested().map_or_else(String::new, |cart| cart.total.to_rupiah());
    let brand = app.brand.clone();
    let page = ShopPage { brand, language, text: Text::of(language), menu: &MENU, total };
    respond::page_with(StatusCode::OK, &page, "connect-src 'self'")
}

/// What the page sends to order.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderRequest {
    /// Quantities by article.
    items: BTreeMap<String, u32>,
    /// Whether the page runs in the super-app, which brings the customer back by itself.
    in_container: bool,
    lang: String,
}

/// What the page is told of an order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderAnswer {
    id: String,
    total: String,
    status: &'static str,
    /// The provider's own word for the status.
    detail: &'static str,
    /// How the shop knows; nothing while it only hopes.
    confirmed_by: Option<&'static str>,
    /// Where to pay.
    web_redirect_url: String,
}

async fn order(
    State(sandbox): State<Running>,
    Extension(demo): Extension<Arc<Demo>>,
    Json(wanted): Json<OrderRequest>,
) -> Response {
    let app = &sandbox.app;
    let language = if wanted.lang == "en" { "en" } else { "id" };
    let Some(cart) = Cart::of(&wanted.items) else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    let Some(backend) = demo.backend(&sandbox).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let id = format!("KS-{}", app.env.text(ALPHANUMERIC, ORDER_ID_LEN));
    demo.shop.order_put(&id, cart.total, app.env.stopwatch());
    let way_back = if wanted.in_container {
        Return::ByContainer
    } else {
        Return::To(format!("{}/demo?order={id}&lang={language}", app.public_url))
    };
    match backend.pay(&id, &cart, language, way_back).await {
        Ok(answer) => {
            demo.shop.payment_put(&id, answer.reference_no, answer.web_redirect_url);
            let answer = told(&demo.shop, &id);
            (StatusCode::CREATED, answer).into_response()
        }
        Err(error) => {
            tracing::warn!(%error, order = id, "the demo shop could not open a payment");
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}

async fn order_status(
    State(sandbox): State<Running>,
    Extension(demo): Extension<Arc<Demo>>,
    Path(id): Path<String>,
) -> Response {
    let app = &sandbox.app;
    if let Some(reference_no) = demo.shop.question(&id, app.env.stopwatch())
        && let Some(backend) = demo.backend(&sandbox).await
    {
        match backend.status(reference_no).await {
            Ok(status) => demo.shop.status_put(&id, status, Source::StatusCall),
            Err(error) => tracing::warn!(%error, order = id, "the demo shop got no status"),
        }
    }
    told(&demo.shop, &id)
}

fn told(shop: &Shop, id: &str) -> Response {
    let Some(order) = shop.order_find(id) else { return StatusCode::NOT_FOUND.into_response() };
    let answer = OrderAnswer {
        id: id.to_owned(),
        total: order.total.to_rupiah(),
        status: shop::told(order.status),
        detail: order.status.word(),
        confirmed_by: order.source.map(Source::word),
        web_redirect_url: order.payment.map(|(_, url)| url).unwrap_or_default(),
    };
    Json(answer).into_response()
}

async fn notified(
    State(sandbox): State<Running>,
    Extension(demo): Extension<Arc<Demo>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let app = &sandbox.app;
    let Some(backend) = demo.backend(&sandbox).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let received = ReceivedNotification::new(uri.path(), header("x-timestamp"), header("x-signature"), &body);
    let now = app.env.wall();
    let reply = match backend.verified(&received, now) {
        Ok(notification) => {
            if let (Some(order_id), Some(status)) = (notification.order_id(), notification.status()) {
                demo.shop.status_put(order_id, status, Source::Notification);
            }
            notification.taken(now)
        }
        Err(error) => {
            tracing::warn!(%error, "the demo shop refused a notification");
            error.reply(&received, now)
        }
    };
    replied(reply)
}

fn replied(reply: Reply) -> Response {
    let Reply { status, headers, body, .. } = reply;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, headers, body).into_response()
}

/// An article's price as the menu shows it.
fn price(article: &Article) -> String {
    Money::idr(article.price).to_rupiah()
}
