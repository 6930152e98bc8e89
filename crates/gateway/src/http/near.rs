//! Which path somebody meant: by its end, whatever stands before it, or by its letters.

use axum::http::request;
use lunas_snap::code::{Case, Failure};
use lunas_snap::service::Service;

/// The most characters of a path that are repeated in a sentence.
const SHOWN_MAX: usize = 36;
/// How many letters a path may be off, at most, and for how many letters one may be.
const OFF_MAX: usize = 3;
const LETTERS_PER_SLIP: usize = 5;

/// A path that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right<'a> {
    /// A service.
    Service(Service),
    /// A page, a probe or a control; parts in braces are to be filled in.
    Page(&'a str),
}

impl<'a> Right<'a> {
    /// The path.
    pub(crate) fn path(&self) -> &'a str {
        match self {
            Self::Service(service) => service.path(),
            Self::Page(path) => path,
        }
    }

    /// Whether something has to be filled in.
    pub(crate) fn is_template(&self) -> bool {
        self.path().contains('{')
    }
}

/// The path that `wanted` was probably meant to be, of the services and of `pages`.
pub(crate) fn nearest<'a>(wanted: &str, pages: &'a [String]) -> Option<Right<'a>> {
    let wanted = segments(wanted);
    let services = Service::ALL.iter().filter(|service| service.inbound()).map(|s| Right::Service(*s));
    let known = services.chain(pages.iter().map(|page| Right::Page(page)));
    let slips = known.filter_map(|right| Some((slips(&wanted, &right)?, right)));
    // The longer of two ends says more: `/x/qr/qr-mpm-query` is no picture.
    let nearest = slips.min_by_key(|(slips, right)| (*slips, std::cmp::Reverse(meant(right).len())));
    nearest.map(|(_, right)| right)
}

/// A path's segments in one spelling.
fn segments(path: &str) -> Vec<String> {
    let path = path.to_lowercase().replace("%2f", "/").replace("%20", " ").replace('_', "-");
    path.split(['/', '\\']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// What of a path says where it leads; every service has the version before it.
fn meant(right: &Right<'_>) -> Vec<String> {
    let mut meant = segments(right.path());
    if matches!(right, Right::Service(_)) {
        meant.remove(0);
    }
    meant
}

/// How many letters the end of `wanted` is off; nothing where it is another path altogether.
fn slips(wanted: &[String], right: &Right<'_>) -> Option<usize> {
    let meant = meant(right);
    if meant.is_empty() || wanted.len() < meant.len() {
        return None;
    }
    let end = &wanted[wanted.len() - meant.len()..];
    let pairs = || end.iter().zip(&meant).filter(|(_, meant)| !meant.starts_with('{'));
    let off: usize = pairs().map(|(end, meant)| distance(end, meant)).sum();
    let letters: usize = pairs().map(|(_, meant)| meant.len()).sum();
    (off <= OFF_MAX.min(letters / LETTERS_PER_SLIP)).then_some(off)
}

/// How many letters have to be put in, taken out or changed to get from one text to another.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    if from.len().abs_diff(to.len()) > OFF_MAX {
        return OFF_MAX + 1;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.iter().enumerate() {
        let mut before = row[0];
        row[0] = at + 1;
        for (column, other) in to.iter().enumerate() {
            let changed = before + usize::from(letter != other);
            before = row[column + 1];
            row[column + 1] = changed.min(before + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

/// The refusal of a client's path that is not there.
pub(crate) fn unknown_service(parts: &request::Parts) -> Failure {
    let path = parts.uri.path();
    let right = nearest(path, &[]);
    Failure::with(Case::InvalidRouting, no_such_path(parts.method.as_str(), path, right.as_ref()))
}

/// What to say of a path that is not there, and of the right one.
pub(crate) fn no_such_path(method: &str, path: &str, right: Option<&Right<'_>>) -> String {
    if let Some(service) = Service::find(path).filter(|service| !service.inbound()) {
        return format!("the gateway calls {} at the merchant's URL; nobody calls it here", service.path());
    }
    let shown = shown(path);
    match right {
        Some(Right::Service(service)) => {
            format!("call {} {}; this gateway has no {shown}", service.method(), service.path())
        }
        Some(Right::Page(page)) => format!("call {page}; this gateway has no {shown}"),
        None => format!("this gateway has no {method} {shown}; calls go to paths like /v1.0/debit/status"),
    }
}

/// A path as a sentence repeats it.
pub(crate) fn shown(path: &str) -> String {
    let mut shown: String = path.chars().take(SHOWN_MAX).collect();
    if path.chars().count() > SHOWN_MAX {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Vec<String> {
        [
            "/healthz",
            "/qr/{file}",
            "/app/qris",
            "/app/merchanttransfer",
            "/demo",
            "/demo/api/orders/{id}",
            "/",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    #[test]
    fn r4_a_path_that_is_nearly_right_leads_to_the_right_one() {
        let pages = pages();
        let check = |wanted: &str, expected: Option<&str>| {
            assert_eq!(nearest(wanted, &pages).map(|right| right.path()), expected, "{wanted}");
        };
        for begin in
            ["/openapi/v1.0", "/v1.1", "//v1.0", "/V1.0", "/v1", "/v2.0", "/api/snap/v1.0", "", "/v1.0/v1.0"]
        {
            for end in
                ["/debit/status", "/debit/status/", "//debit//status", "/Debit/Status", "/debit/statsu"]
            {
                check(&format!("{begin}{end}"), Some("/v1.0/debit/status"));
            }
        }
        check("/v1.0%2Fdebit%2Fstatus", Some("/v1.0/debit/status"));
        check("/v1.0/debit/payment_host_to_host", Some("/v1.0/debit/payment-host-to-host"));
        check("/v1.0/debit/payment-host-to-hst", Some("/v1.0/debit/payment-host-to-host"));
        check("/v1.0/qr/qr-mpm-query/", Some("/v1.0/qr/qr-mpm-query"));
        check("/access-token/b2b", Some("/v1.0/access-token/b2b"));
        check("/app/qris/", Some("/app/qris"));
        check("/App/QRIS", Some("/app/qris"));
        check("/pay/app/merchanttransfer", Some("/app/merchanttransfer"));
        check("/healthz/", Some("/healthz"));
        check("/helthz", Some("/healthz"));
        check("/demo/api/order/7", Some("/demo/api/orders/{id}"));
        for nothing in ["/", "/v1.0/", "/v1.0/nothing", "/wp-admin.php", "/favicon.ico", "*", "", "/é/\u{0}"]
        {
            check(nothing, None);
        }
    }

    #[test]
    fn r4_every_path_leads_to_itself() {
        let pages = pages();
        for service in Service::ALL.iter().filter(|service| service.inbound()) {
            assert_eq!(nearest(service.path(), &pages), Some(Right::Service(*service)));
        }
        for page in pages.iter().filter(|page| *page != "/") {
            assert_eq!(nearest(page, &pages), Some(Right::Page(page)));
        }
    }
}
