//! What an operator changed, field by field, as the audit log keeps it and the operator is told. Nothing in it is secret.

use std::fmt;

use lunas_domain::bank::Bank;
use lunas_domain::link::LinkTerms;
use lunas_domain::merchant::{Merchant, QrisProfile};
use lunas_domain::virtual_account::{AccountTerms, CompanyCode};
use url::Url;

/// One field that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which, as JSON calls it.
    pub field: &'static str,
    /// What it was; empty for nothing.
    pub before: String,
    /// What it is.
    pub after: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
        write!(f, "{}: {} → {}", self.field, shown(&self.before), shown(&self.after))
    }
}

/// Fields of a record in the order in which they are told, with what is compared and what is shown of each.
type Fields = Vec<(&'static str, String, String)>;

/// The fields of which `after` says something else.
fn between(before: Fields, after: Fields) -> Vec<Difference> {
    let pairs = before.into_iter().zip(after);
    let changed = pairs.filter(|((_, before, _), (_, after, _))| before != after);
    changed.map(|((field, _, before), (_, _, after))| Difference { field, before, after }).collect()
}

/// What changed of a merchant.
pub(super) fn of_merchants(before: &Merchant, after: &Merchant) -> Vec<Difference> {
    between(merchant(before), merchant(after))
}

/// What changed of a bank.
pub(super) fn of_banks(before: &Bank, after: &Bank) -> Vec<Difference> {
    between(bank(before), bank(after))
}

/// What a new merchant has.
pub(super) fn new_merchant(new: &Merchant) -> String {
    told(merchant(new))
}

/// What a new bank has.
pub(super) fn new_bank(new: &Bank) -> String {
    told(bank(new))
}

/// The differences in one line.
pub(super) fn line(differences: &[Difference]) -> String {
    differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn told(fields: Fields) -> String {
    let fields = fields.into_iter().filter(|(_, _, shown)| !shown.is_empty());
    fields.map(|(field, _, shown)| format!("{field}: {shown}")).collect::<Vec<_>>().join("; ")
}

// Taken apart in full, so that a field that is added has to be put here as well.
fn merchant(merchant: &Merchant) -> Fields {
    let Merchant {
        id: _,
        name,
        return_url,
        notify_url,
        notify_partner_id,
        notify_text,
        notify_statuses,
        payment_handle,
        allowed_callers,
        points_of_purchase,
        qris,
        accounts,
        company_codes,
        links,
    } = merchant;
    let AccountTerms { kind, mandiri_b2b } = accounts;
    let LinkTerms { redirect_urls, may_skip_pin } = links;
    let points: Vec<String> =
        points_of_purchase.iter().map(|point| format!("{} {}", point.id, point.kind.word())).collect();
    let codes = company_codes.iter().map(|CompanyCode { bank, code }| format!("{bank}:{code}"));
    let codes: Vec<String> = codes.collect();
    let mut fields = vec![
        plain("name", name),
        address("returnUrl", return_url.as_deref()),
        address("notifyUrl", notify_url.as_deref()),
        plain("partnerId", notify_partner_id),
        plain("notifyText", notify_text.word()),
        plain("notifyStatuses", &notify_statuses.digits().join(" ")),
        plain("paymentHandle", payment_handle),
        plain("allowedCallers", &allowed_callers.join(" ")),
        plain("pointsOfPurchase", &points.join(", ")),
        plain("vaKind", kind.word()),
        plain("vaMandiriB2b", if *mandiri_b2b { "true" } else { "false" }),
        plain("vaCompanyCodes", &codes.join(" ")),
        addresses("redirectUrls", redirect_urls),
        plain("recurringWithoutPin", if *may_skip_pin { "true" } else { "false" }),
    ];
    let code = qris.as_ref().map(code).unwrap_or_default();
    fields.push(plain("qris", &code));
    fields
}

fn code(profile: &QrisProfile) -> String {
    let QrisProfile { name, pan, acquirer_merchant_id, nmid, criteria, mcc, city, postal_code, terminal } =
        profile;
    format!(
        "{name}, {city} {postal_code}, account {pan} of {acquirer_merchant_id}, {nmid}, {criteria}, category {mcc}, till \
         {terminal}"
    )
}

fn bank(bank: &Bank) -> Fields {
    let Bank { id: _, name, keeps, allowed_callers } = bank;
    vec![
        plain("name", name),
        plain("keeps", &keeps.join(" ")),
        plain("allowedCallers", &allowed_callers.join(" ")),
    ]
}

fn plain(field: &'static str, value: &str) -> (&'static str, String, String) {
    (field, value.to_owned(), value.to_owned())
}

fn address(field: &'static str, url: Option<&str>) -> (&'static str, String, String) {
    let url = url.unwrap_or_default();
    (field, url.to_owned(), without_secrets(url))
}

fn addresses(field: &'static str, urls: &[String]) -> (&'static str, String, String) {
    let shown: Vec<String> = urls.iter().map(|url| without_secrets(url)).collect();
    (field, urls.join(" "), shown.join(" "))
}

/// A URL without what may be a token in it: its password and the values behind its path.
fn without_secrets(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else { return url.to_owned() };
    if parsed.password().is_none() && parsed.query().is_none() && parsed.fragment().is_none() {
        return url.to_owned();
    }
    // A URL without a host has no password either.
    let _ = parsed.set_password(None);
    parsed.set_fragment(None);
    let has_query = parsed.query().is_some();
    parsed.set_query(None);
    format!("{parsed}{}", if has_query { "?…" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m12_urls_are_told_without_tokens() {
        let check = |url: &str, expected: &str| assert_eq!(without_secrets(url), expected);
        check("https://shop.example/snap", "https://shop.example/snap");
        check("https://me:s3cr3t@shop.example/snap", "https://me@shop.example/snap");
        check("https://shop.example/snap?token=s3cr3t", "https://shop.example/snap?…");
        check("https://shop.example/snap#s3cr3t", "https://shop.example/snap");
        check("shopapp://pay?key=s3cr3t", "shopapp://pay?…");
        check("", "");
    }

    #[test]
    fn m12_what_is_not_shown_counts_as_changed_all_the_same() {
        let fields = |url: &str| vec![address("notifyUrl", Some(url))];
        let differences = between(fields("https://a.example/?token=1"), fields("https://a.example/?token=2"));
        assert_eq!(line(&differences), "notifyUrl: https://a.example/?… → https://a.example/?…");
        assert_eq!(between(fields("https://a.example/"), fields("https://a.example/")), []);
        assert_eq!(
            line(&between(fields(""), fields("https://b.example"))),
            "notifyUrl: nothing → https://b.example"
        );
    }
}
