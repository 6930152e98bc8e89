//! The mini-app container: a page that shows a merchant's mini app as the super-app would, with a `gpContainer`.
//!
//! The mini app runs in a frame under a host name of its own and reaches the container by messages only. For
//! `launchPayment` the container opens the review page over it, which shares the container's origin, and reads from
//! that page how it ended. There is no container without a sandbox.

mod proxy;
mod rewrite;
mod text;

pub(crate) use proxy::proxy;

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;
use lunas_gateway::app::App;
use lunas_gateway::app::link::REVIEW_PATH;
use lunas_gateway::brand::Brand;
use lunas_gateway::http::Roads;
use lunas_gateway::pages::language::Language;
use lunas_gateway::pages::{parts, respond};
use url::Url;
use url::form_urlencoded::parse;

use crate::asset;
use crate::mini_apps::is_on_this_machine;
use crate::running::Running;
use text::Text;

/// The container.
pub(crate) fn routes() -> Roads<Running> {
    Roads::new().route("/container", get(show))
}

/// The script that a page of any site may load by itself. It holds nothing that is not public.
pub(crate) fn script_route() -> Roads<Running> {
    Roads::new().route("/container/gp-container.js", get(script))
}

/// What a link to the container asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wish {
    /// The mini app's address; without one there is a form to enter it.
    url: Option<String>,
    lang: Option<String>,
    /// Load the page from where it is; it has to bring the script itself.
    is_direct: bool,
    /// Give the page no `gpContainer`, as a browser outside the super-app would.
    is_without_bridge: bool,
    /// Name the members of failures as the first version of the real container did.
    has_v1_keys: bool,
    /// Let `launchPayment` answer with this at once.
    outcome: Option<&'static str>,
}

/// What `launchPayment` can answer with.
const OUTCOMES: [&str; 4] = ["success", "failed", "pending", "cancelled"];

impl Wish {
    fn read(query: &str) -> Self {
        let mut wish = Self::default();
        for (name, value) in parse(query.as_bytes()) {
            match (&*name, &*value) {
                ("url", "") => {}
                ("url", _) => wish.url = Some(value.trim().to_owned()),
                ("lang", _) => wish.lang = Some(value.into_owned()),
                ("direct", "1") => wish.is_direct = true,
                ("bridge", "off") => wish.is_without_bridge = true,
                ("keys", "v1") => wish.has_v1_keys = true,
                ("outcome", _) => wish.outcome = OUTCOMES.into_iter().find(|outcome| *outcome == value),
                _ => {}
            }
        }
        wish
    }
}

/// The form that asks for a mini app's address.
#[derive(Template)]
#[template(path = "container_form.html")]
struct FormPage {
    brand: Arc<Brand>,
    language: Language,
    text: &'static Text,
    demo_href: String,
    url: String,
    error: Option<&'static str>,
    outcomes: [&'static str; 4],
}

/// The container with a mini app in it.
#[derive(Template)]
#[template(path = "container.html")]
struct ShellPage {
    brand: Arc<Brand>,
    language: Language,
    text: &'static Text,
    /// The address people gave.
    host: String,
    frame_url: String,
    frame_origin: String,
    review_path: &'static str,
    wish: Wish,
}

async fn script() -> Response {
    asset::GP_CONTAINER_JS.answer(HeaderValue::from_static("no-cache"))
}

async fn show(State(sandbox): State<Running>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let app = &sandbox.app;
    let wish = Wish::read(&query.unwrap_or_default());
    let language = Language::choose(wish.lang.as_deref(), None, &headers);
    let text = Text::of(language);
    let here = own_url(app, &headers);
    let form = |status: StatusCode, url: &str, error: Option<&'static str>| {
        let demo_href = demo_href(here.as_ref());
        let (brand, url) = (app.brand.clone(), url.to_owned());
        let page = FormPage { brand, language, text, demo_href, url, error, outcomes: OUTCOMES };
        respond::page(status, &page)
    };
    let Some(address) = wish.url.clone() else { return form(StatusCode::OK, "", None) };
    let url = match mini_app_url(&address) {
        Some(url) if wish.is_direct || is_on_this_machine(&url) => url,
        Some(_) => return form(StatusCode::UNPROCESSABLE_ENTITY, &address, Some(text.not_here)),
        None => return form(StatusCode::UNPROCESSABLE_ENTITY, &address, Some(text.bad_url)),
    };
    let frame = match &here {
        Some(here) if !wish.is_direct => {
            sandbox.own.mini_apps.open(&url, here, |apps| app.mini_app_label(apps))
        }
        _ => url.clone(),
    };
    let page = ShellPage {
        brand: app.brand.clone(),
        language,
        text,
        host: host_of(&url),
        frame_origin: frame.origin().ascii_serialization(),
        frame_url: frame.into(),
        review_path: REVIEW_PATH,
        wish,
    };
    let allowed = format!("frame-src 'self' {}", page.frame_origin);
    respond::page_with(StatusCode::OK, &page, &allowed)
}

/// Reads a mini app's address; only web pages can be shown.
fn mini_app_url(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// How the browser reaches the container: by any of this machine's names, or else by the gateway's public URL. A host
/// that somebody made up is not repeated.
fn own_url(app: &App, headers: &HeaderMap) -> Option<Url> {
    let public = Url::parse(&app.public_url).ok()?;
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let asked = Url::parse(&format!("{}://{host}/", public.scheme())).ok();
    Some(asked.filter(is_on_this_machine).unwrap_or(public))
}

fn demo_href(here: Option<&Url>) -> String {
    let demo = here.and_then(|here| here.join("/demo").ok()).map(String::from).unwrap_or_default();
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("url", &demo).finish();
    format!("/container?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_read_leniently() {
        let wish = Wish::read(
            "url=http%3A%2F%2Flocalhost%3A3000%2F&bridge=off&keys=v1&outcome=failed&direct=1&lang=en",
        );
        let expected = Wish {
            url: Some("http://localhost:3000/".to_owned()),
            lang: Some("en".to_owned()),
            is_direct: true,
            is_without_bridge: true,
            has_v1_keys: true,
            outcome: Some("failed"),
        };
        assert_eq!(wish, expected);
        assert_eq!(Wish::read("url=&bridge=on&keys=v2&outcome=lost&direct=yes"), Wish::default());
    }

    #[test]
    fn only_web_pages_are_mini_apps() {
        let check = |text: &str, host: Option<&str>| {
            assert_eq!(mini_app_url(text).as_ref().map(host_of).as_deref(), host, "{text}");
        };
        check("http://localhost:3000/shop", Some("localhost:3000"));
        check("https://shop.example", Some("shop.example"));
        check("http://[::1]:3000/", Some("[::1]:3000"));
        check("localhost:3000", None);
        check("/demo", None);
        check("file:///etc/passwd", None);
        check("javascript:alert(1)", None);
    }

    #[test]
    fn the_demo_is_opened_where_the_container_is() {
        let here = Url::parse("http://127.0.0.1:8080/container").unwrap();
        assert_eq!(demo_href(Some(&here)), "/container?url=http%3A%2F%2F127.0.0.1%3A8080%2Fdemo");
    }
}
