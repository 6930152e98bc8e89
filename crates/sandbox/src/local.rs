//! Whom a sandbox answers: programs, and its own pages in a browser of this machine.
//!
//! Everything in a sandbox works without a signature, and a developer's browser visits other sites. A page of one of those
//! can send requests to this machine, and by a name of its own that it has resolved to this machine it can even read the
//! answers. So a sandbox answers only to names that nobody else can have, and takes nothing that a browser says comes
//! from elsewhere. Clients' calls are signed and customers' forms carry a token; neither is looked at here.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, ORIGIN, REFERER, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lunas_gateway::app::App;
use lunas_gateway::span;
use lunas_vocab::is_loopback_host;
use serde_json::json;
use url::Url;

/// The most characters of a header that a refusal repeats.
const SHOWN_MAX: usize = 100;

/// Lets through what the sandbox may answer; the rest gets a sentence.
pub(crate) async fn only(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match foreign(&app, request.method(), request.headers()) {
        None => next.run(request).await,
        Some(reason) => refused(reason),
    }
}

/// The refusal of a request that was sent to a name which is not the sandbox's.
pub(crate) fn misaddressed(app: &App, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    let hosts = headers.get_all(HOST).iter().map(|host| host.to_str().unwrap_or("?"));
    // A request line with a whole URL names a host as well.
    let named: Vec<&str> = hosts.chain(uri.authority().map(|authority| authority.as_str())).collect();
    let stranger =
        if named.is_empty() { Some("") } else { named.into_iter().find(|host| !is_ours(app, host)) };
    stranger.map(|host| {
        let reason = format!(
            "The sandbox answers to localhost, 127.0.0.1 and {}, and was called {}. If that is how you reach it, \
             start it with `lunas dev --public-url` and that address.",
            app.public_url,
            shown(host)
        );
        refused(reason)
    })
}

/// Whether a `Host` is a name of this machine, or the one that the sandbox was given.
fn is_ours(app: &App, host: &str) -> bool {
    let Some(name) = host_name(host) else { return false };
    // Nobody can give another machine the address that this one listens on.
    let listens = app.config.server.listen.ip();
    let is_listening = || !listens.is_unspecified() && address(name) == Some(listens);
    is_loopback_host(name) || is_listening() || is_public_host(app, name)
}

fn address(name: &str) -> Option<IpAddr> {
    name.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn is_public_host(app: &App, name: &str) -> bool {
    public(app).is_some_and(|url| url.host_str().is_some_and(|host| host.eq_ignore_ascii_case(name)))
}

fn public(app: &App) -> Option<Url> {
    Url::parse(&app.public_url).ok()
}

/// A `Host` without its port.
fn host_name(host: &str) -> Option<&str> {
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if host.starts_with('[') {
        let (address, rest) = host.split_at(host.find(']')? + 1);
        return (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port)).then_some(address);
    }
    match host.split_once(':') {
        Some((name, port)) => is_port(port).then_some(name),
        None => Some(host),
    }
}

/// Why a request is not one of a program or of the sandbox's own pages, if it is not.
fn foreign(app: &App, method: &Method, headers: &HeaderMap) -> Option<String> {
    let is_reading = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    let text = |value: &axum::http::HeaderValue| value.to_str().unwrap_or("?").to_owned();
    let origins: Vec<String> = headers.get_all(ORIGIN).iter().map(text).collect();
    if let Some(origin) = origins.iter().find(|origin| !is_own_origin(app, origin, headers)) {
        return Some(format!(
            "A page of {} sent this request; the sandbox takes requests from its own pages and from programs. Call it \
             from your server or from the command line.",
            shown(origin)
        ));
    }
    let sites: Vec<String> = headers.get_all("sec-fetch-site").iter().map(text).collect();
    let is_let_in = |site: &String| {
        matches!(site.as_str(), "same-origin" | "none") || (is_reading && site == "same-site")
    };
    if !sites.iter().all(is_let_in) {
        return Some(
            "The browser says that another site sent this request. Type the address into the browser, or call it from \
             your server or from the command line."
                .to_owned(),
        );
    }
    if is_reading {
        return None;
    }
    let is_of_browser = !origins.is_empty() || !sites.is_empty() || headers.contains_key(REFERER);
    let kinds = headers.get_all(CONTENT_TYPE).iter().map(text);
    kinds
        .into_iter()
        .find(|kind| !is_taken(kind, is_of_browser))
        .map(|kind| format!("The Content-Type is {}; send the body as application/json.", shown(&kind)))
}

/// Whether an `Origin` is that of the page that the sandbox serves under the very name that it is called by now.
fn is_own_origin(app: &App, origin: &str, headers: &HeaderMap) -> bool {
    let Ok(origin) = Url::parse(origin) else { return false };
    if !matches!(origin.scheme(), "http" | "https") {
        return false;
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let here = Url::parse(&format!("{}://{host}/", origin.scheme())).ok();
    [here, public(app)].into_iter().flatten().any(|own| own.origin() == origin.origin())
}

/// Whether a body may be of that type. Forms of other sites cannot be of type JSON. What curl says of a body that it was
/// told nothing about is taken from programs, which name no page that they come from.
fn is_taken(kind: &str, is_of_browser: bool) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
        || (!is_of_browser && kind.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// A part of a request as a refusal repeats it.
fn shown(text: &str) -> String {
    if text.is_empty() {
        return "by no name".to_owned();
    }
    text.chars().take(SHOWN_MAX).flat_map(char::escape_debug).collect()
}

fn refused(reason: String) -> Response {
    span::fails_for(&reason);
    let headers = [(CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (StatusCode::FORBIDDEN, headers, Json(json!({"error": reason}))).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;
    use crate::extension::guarded_routes;
    use crate::{DevOptions, Sandbox, prepare};

    async fn site(directory: &std::path::Path) -> (Sandbox, u16) {
        let listen = ([127, 0, 0, 1], 0).into();
        let public_url = Some("http://sandbox.example:9000".to_owned());
        let data_dir = directory.to_owned();
        let options = DevOptions { listen, data_dir, public_url, ..DevOptions::default() };
        let sandbox = prepare(options).await.unwrap();
        let port = sandbox.listener.local_addr().unwrap().port();
        (sandbox, port)
    }

    /// Sends a request that has nothing wrong but what `headers` say, and gives the status and the sentence.
    async fn sent(site: &Sandbox, method: &Method, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header(HOST, "127.0.0.1");
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let answer = site.site.answer(request.body(Body::from("{}")).unwrap()).await;
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    const FOREIGN_HOSTS: [&str; 12] = [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8080",
        "notlocalhost",
        "10.0.0.1:8080",
        "192.168.1.5",
        "0.0.0.0:8080",
        "[::2]:8080",
        "localhost:80@evil.example",
        "sandbox.example.evil.example:9000",
        "",
    ];
    const FOREIGN_ORIGINS: [&str; 8] = [
        "http://evil.example",
        "https://evil.example:8080",
        "null",
        "http://127.0.0.1:3000",
        "http://localhost",
        "http://ab12.miniapp.localhost",
        "file://",
        "chrome-extension://abcdef",
    ];

    /// Every route of the sandbox, from the list that its router is made of.
    #[tokio::test]
    async fn m6_no_route_of_the_sandbox_answers_what_comes_from_elsewhere() {
        let directory = tempfile::tempdir().unwrap();
        let (site, _) = site(directory.path()).await;
        let routes = guarded_routes();
        let paths = routes.paths();
        assert!(paths.len() > 20, "{paths:?}");
        let methods = [Method::GET, Method::POST, Method::PUT, Method::DELETE];
        for (path, method) in paths.iter().flat_map(|path| methods.iter().map(move |method| (path, method))) {
            let path = path.replace(['{', '}'], "");
            let refused = async |headers: &[(&str, &str)], says: &str| {
                let (status, text) = sent(&site, method, &path, headers).await;
                assert!(status == 403 && text.contains(says), "{method} {path} {headers:?}: {status} {text}");
            };
            for host in FOREIGN_HOSTS {
                refused(&[("host", host)], "The sandbox answers to localhost").await;
            }
            for origin in FOREIGN_ORIGINS {
                refused(&[("origin", origin)], "sent this request").await;
            }
            refused(&[("sec-fetch-site", "cross-site")], "another site sent this request").await;
            refused(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], "another site")
                .await;
            if *method == Method::GET {
                continue;
            }
            refused(&[("sec-fetch-site", "same-site")], "another site sent this request").await;
            for kind in
                ["text/plain", "text/plain;charset=UTF-8", "multipart/form-data; boundary=x", "text/html"]
            {
                refused(&[("content-type", kind)], "application/json").await;
            }
            let form = ("content-type", "application/x-www-form-urlencoded");
            refused(&[form, ("origin", "http://127.0.0.1")], "application/json").await;
            refused(&[form, ("referer", "http://evil.example/")], "application/json").await;
            refused(&[form, ("sec-fetch-site", "same-origin")], "application/json").await;
        }
        site.app.store.clone().close().await;
    }

    #[tokio::test]
    async fn m6_programs_and_the_sandboxs_own_pages_are_answered() {
        let directory = tempfile::tempdir().unwrap();
        let (site, port) = site(directory.path()).await;
        let (get, post) = (Method::GET, Method::POST);
        let answered = async |method: &Method, path: &str, headers: &[(&str, &str)]| {
            let (status, text) = sent(&site, method, path, headers).await;
            assert_eq!(status, 200, "{method} {path} {headers:?}: {text}");
        };
        let own = format!("127.0.0.1:{port}");
        let hosts = [
            &*own,
            "localhost:1234",
            "LOCALHOST",
            "shop.localhost",
            "127.9.9.9",
            "[::1]:80",
            "sandbox.example",
        ];
        for host in hosts {
            for path in ["/sandbox/v1/clock", "/container", "/demo"] {
                answered(&get, path, &[("host", host)]).await;
            }
            let origin = format!("http://{host}");
            answered(&post, "/sandbox/v1/links", &[("host", host), ("origin", &origin)]).await;
        }
        let kinds =
            ["", "application/json", "application/json; charset=utf-8", "application/x-www-form-urlencoded"];
        for kind in kinds {
            answered(&post, "/sandbox/v1/links", &[("content-type", kind)]).await;
        }
        answered(&post, "/sandbox/v1/links", &[("sec-fetch-site", "same-origin")]).await;
        answered(&post, "/sandbox/v1/links", &[("sec-fetch-mode", "cors")]).await;
        answered(&get, "/demo", &[("sec-fetch-site", "none")]).await;
        answered(&get, "/demo", &[("sec-fetch-site", "same-site")]).await;
        site.app.store.clone().close().await;
    }

    /// A name that was resolved to this machine to read what is here gets nothing. Other sites may lead to a customer's
    /// page, and load the container's script; probes are asked by any name.
    #[tokio::test]
    async fn m6_customers_pages_answer_to_the_sandboxs_names_only() {
        let directory = tempfile::tempdir().unwrap();
        let (site, _) = site(directory.path()).await;
        let pages = [
            "/app/qris",
            "/app/merchanttransfer?tref=x",
            "/qr/x.png",
            "/assets/x/y",
            "/",
            "/container/gp-container.js",
        ];
        for path in pages {
            for host in FOREIGN_HOSTS {
                let (status, text) = sent(&site, &Method::GET, path, &[("host", host)]).await;
                let is_refused = status == 403 && text.contains("The sandbox answers to");
                assert!(is_refused, "{path} {host}: {status} {text}");
            }
            let (status, text) = sent(&site, &Method::GET, path, &[("sec-fetch-site", "cross-site")]).await;
            assert_ne!(status, 403, "{path}: {text}");
        }
        for path in ["/healthz", "/readyz"] {
            let (status, text) = sent(&site, &Method::GET, path, &[("host", "lunas-1.internal")]).await;
            assert_ne!(status, 403, "{path}: {text}");
        }
        let whole = sent(&site, &Method::GET, "http://evil.example/demo", &[]).await;
        assert_eq!(whole.0, 403, "a URL in the request line names a host too");
        site.app.store.clone().close().await;
    }

    #[tokio::test]
    async fn m6_a_mini_apps_name_follows_from_a_key() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (one, _) = site(one.path()).await;
        let (other, _) = site(other.path()).await;
        let origins = "http://localhost:3000\nhttp://127.0.0.1:8080";
        let name = one.app.mini_app_label(origins);
        assert!(name.len() == 20 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        assert_eq!(one.app.mini_app_label(origins), name, "it stays over restarts, as cookies do");
        assert_ne!(other.app.mini_app_label(origins), name, "another sandbox has another key");
        one.app.store.clone().close().await;
        other.app.store.clone().close().await;
    }

    #[test]
    fn a_host_has_a_name_and_perhaps_a_port() {
        let check = |host: &str, expected: Option<&str>| assert_eq!(host_name(host), expected, "{host}");
        check("localhost", Some("localhost"));
        check("localhost:8080", Some("localhost"));
        check("localhost:", Some("localhost"));
        check("[::1]", Some("[::1]"));
        check("[::1]:8080", Some("[::1]"));
        check("[::1]evil", None);
        check("[::1", None);
        check("localhost:80@evil.example", None);
        check("localhost:x", None);
        check("::1", None);
    }

    #[test]
    fn m6_bodies_are_json() {
        let check = |kind: &str, program: bool, browser: bool| {
            assert_eq!((is_taken(kind, false), is_taken(kind, true)), (program, browser), "{kind}");
        };
        check("application/json", true, true);
        check("Application/JSON; charset=utf-8", true, true);
        check("application/x-www-form-urlencoded", true, false);
        check("text/plain", false, false);
        check("text/plain;charset=UTF-8", false, false);
        check("multipart/form-data; boundary=x", false, false);
        check("text/plain; application/json", false, false);
        check("application/jsonx", false, false);
        check("", false, false);
    }
}
