//! From the URL of a payment page to the deep link that a mini app gives to `launchPayment`.

use reqwest::Url;

/// What every deep link of a payment starts with.
const PREFIX: &str = "gopay://merchanttransfer";

/// The deep link for a `webRedirectUrl`: its query, host and path dropped.
///
/// Nothing if the text is no URL or its query does not name the transfer (`tref`); the container would refuse such a
/// link. The host is not looked at, because gateways change it without notice.
pub fn gopay_deeplink(web_redirect_url: &str) -> Option<String> {
    let url = Url::parse(web_redirect_url).ok()?;
    let names_transfer = url.query_pairs().any(|(name, value)| name == "tref" && !value.is_empty());
    let query = url.query().filter(|_| names_transfer)?;
    Some(format!("{PREFIX}?{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_all_that_stays() {
        let check = |url: &str, expected: Option<&str>| {
            assert_eq!(gopay_deeplink(url).as_deref(), expected, "{url}");
        };
        check("https://gopay.co.id/app/merchanttransfer?tref=A1", Some("gopay://merchanttransfer?tref=A1"));
        check("http://127.0.0.1:8080/pay?tref=A1&x=a%20b", Some("gopay://merchanttransfer?tref=A1&x=a%20b"));
        check(
            "gojek://gopay/merchanttransfer?tref=A1&amount=1",
            Some("gopay://merchanttransfer?tref=A1&amount=1"),
        );
        check("https://gopay.co.id/app?tref=A1#top", Some("gopay://merchanttransfer?tref=A1"));
        check("https://gopay.co.id/app/merchanttransfer?ref=A1", None);
        check("https://gopay.co.id/app/merchanttransfer?tref=", None);
        check("https://gopay.co.id/app/merchanttransfer", None);
        check("", None);
    }
}
