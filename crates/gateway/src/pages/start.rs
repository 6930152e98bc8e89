//! Pages for whoever came to no payment: the start page, and refusals that a person reads.

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State as Shared};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use url::form_urlencoded::{Serializer, parse};

use super::front::{Front, Start, Way};
use super::language::Language;
use super::link::Link;
use super::view::{Frame, NoticePage, State};
use super::{asset, respond};
use crate::app::App;

/// The start page. In a sandbox it leads to all that is there; elsewhere it says where payments begin.
#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    frame: Frame,
    title: &'static str,
    sentence: &'static str,
    ways: Vec<Way>,
}

pub(super) async fn show(
    front: Option<Arc<dyn Front>>,
    Shared(app): Shared<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let lang = parse(query.as_bytes()).find(|(name, _)| name == "lang").map(|(_, lang)| lang);
    let language = Language::choose(lang.as_deref(), None, &headers);
    let frame = frame(&app, language, State::Asking);
    let Start { title, sentence, ways } =
        front.map_or_else(|| plain(language), |front| front.start(language));
    respond::page(StatusCode::OK, &StartPage { frame, title, sentence, ways })
}

/// Where there is nothing but payments.
fn plain(language: Language) -> Start {
    Start {
        title: language.pick("Layanan pembayaran", "Payment service"),
        sentence: language.pick(
            "Untuk membayar, buka tautan atau pindai kode QR dari toko atau aplikasi tempat kamu berbelanja.",
            "To pay, open the link or scan the QR code that the shop or app you are buying from gives you.",
        ),
        ways: Vec::new(),
    }
}

/// A refusal that no other page has words for. `right` is the path that was probably meant.
pub(crate) fn refused(app: &App, status: StatusCode, language: Language, right: Option<&str>) -> Response {
    let (title, sentence) = words(status, language);
    let frame = frame(app, language, State::Error);
    let page = NoticePage { frame, title, sentence, detail: None, again: None };
    let Some(right) = right else { return respond::page(status, &page) };
    let way = Way {
        href: right.to_owned(),
        name: language.pick("Mungkin maksudmu ini", "Perhaps you meant this"),
        sentence: "",
        path: right.to_owned(),
    };
    let NoticePage { frame, title, sentence, .. } = page;
    respond::page(status, &StartPage { frame, title, sentence, ways: vec![way] })
}

/// The page for somebody whose address asks too often, with the way back to what was asked for. A form is not sent again by
/// itself.
pub(crate) fn too_often(app: &App, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    let query = uri.query().unwrap_or_default();
    let lang = parse(query.as_bytes()).find(|(name, _)| name == "lang").map(|(_, lang)| lang);
    let language = Language::choose(lang.as_deref(), None, headers);
    let href = |language: Language| {
        let others = parse(query.as_bytes()).filter(|(name, _)| name != "lang");
        let mut query = Serializer::new(String::new());
        query.extend_pairs(others).append_pair("lang", language.tag());
        format!("{}?{}", uri.path(), query.finish())
    };
    let (title, sentence) = language.pick(
        (
            "Terlalu banyak permintaan",
            "Jaringanmu membuka terlalu banyak halaman sekaligus. Tunggu beberapa detik, lalu coba lagi.",
        ),
        (
            "Too many requests",
            "Your network opens too many pages at once. Wait a few seconds, then try again.",
        ),
    );
    let mut frame = frame(app, language, State::Unavailable);
    frame.other_href = href(language.other());
    let again = (method == Method::GET).then(|| href(language));
    let page = NoticePage { frame, title, sentence, detail: None, again };
    respond::page(StatusCode::TOO_MANY_REQUESTS, &page)
}

fn words(status: StatusCode, language: Language) -> (&'static str, &'static str) {
    match status.as_u16() {
        404 => language.pick(
            (
                "Halaman tidak ditemukan",
                "Tidak ada halaman di alamat ini. Periksa tautannya, atau buka lagi dari toko atau aplikasi asalnya.",
            ),
            (
                "Page not found",
                "There is no page at this address. Check the link, or open it again from the shop or app it came from.",
            ),
        ),
        410 => language.pick(
            ("Sudah tidak berlaku", "Tautan atau kode ini sudah tidak berlaku. Minta yang baru ke penjual."),
            ("No longer valid", "What you opened is no longer valid. Ask the shop for a new link or code."),
        ),
        408 => language.pick(
            ("Koneksi terlalu lambat", "Datamu tidak sampai tepat waktu. Periksa koneksi, lalu coba lagi."),
            ("The connection is too slow", "Your data did not arrive in time. Check your connection and try again."),
        ),
        413 => language.pick(
            ("Data terlalu besar", "Yang dikirim terlalu besar untuk halaman ini. Buka lagi halamannya, lalu coba lagi."),
            ("Too much data", "What was sent is too large for this page. Open the page again and retry."),
        ),
        500.. => language.pick(
            ("Layanan sedang terganggu", "Ada gangguan di pihak kami. Coba lagi sebentar lagi."),
            ("Something went wrong", "Something failed on our side. Try again in a moment."),
        ),
        _ => language.pick(
            (
                "Permintaan tidak dapat diproses",
                "Halaman ini tidak dapat dibuka dengan cara ini. Buka lagi tautan dari toko atau aplikasi asalnya.",
            ),
            (
                "This request cannot be handled",
                "This page cannot be opened like this. Open the link again from the shop or app it came from.",
            ),
        ),
    }
}

fn frame(app: &App, language: Language, state: State) -> Frame {
    let mut frame = Frame::new(app, language, &Link::default(), state);
    frame.other_href = format!("?lang={}", language.other().tag());
    frame
}
