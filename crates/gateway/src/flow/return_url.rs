//! Where a merchant's customers may be sent, and whether an order may name a URL for its customer to return to. Which URLs can be opened at all was found out when the
//! order was read.

use lunas_domain::merchant::Merchant;

use crate::controls::Controls;

/// One that the merchant registered; in a sandbox any but those of one host, which stands for what is not registered.
pub(super) fn may_return_to(controls: Option<&Controls>, merchant: &Merchant, url: &str) -> bool {
    controls.map_or_else(|| may_redirect_to(merchant, url), |controls| controls.let_return_to(url))
}

/// Whether a merchant registered a URL, or one above it, for its customers to be sent to.
pub fn may_redirect_to(merchant: &Merchant, url: &str) -> bool {
    let Ok(normal) = url::Url::parse(url) else { return false };
    merchant.links.allow(normal.as_str()) || merchant.return_url.as_deref() == Some(url)
}

#[cfg(test)]
mod tests {
    use lunas_domain::link::LinkTerms;
    use lunas_domain::virtual_account::AccountTerms;
    use lunas_vocab::MerchantId;

    use super::*;

    #[test]
    fn s3_a_return_url_is_one_that_is_registered_and_in_a_sandbox_any_but_those_of_one_host() {
        let redirect_urls =
            ["https://shop.example/back", "merchantapp://payments"].map(str::to_owned).to_vec();
        let merchant = Merchant {
            id: MerchantId::new("G1").unwrap(),
            name: "Kopi Senja".to_owned(),
            return_url: Some("https://registered.example/done".to_owned()),
            notify_url: None,
            notify_partner_id: "G1".to_owned(),
            notify_text: Default::default(),
            notify_statuses: Default::default(),
            payment_handle: "handle".to_owned(),
            allowed_callers: Vec::new(),
            points_of_purchase: Vec::new(),
            qris: None,
            company_codes: Vec::new(),
            accounts: AccountTerms::default(),
            links: LinkTerms { redirect_urls, ..LinkTerms::default() },
        };
        let sandbox = Controls { merchant: merchant.id.clone() };
        let check = |url: &str, in_production: bool, in_sandbox: bool| {
            assert_eq!(may_return_to(None, &merchant, url), in_production, "{url}");
            assert_eq!(may_return_to(Some(&sandbox), &merchant, url), in_sandbox, "{url} in a sandbox");
        };
        check("https://shop.example/back?order=1", true, true);
        check("https://registered.example/done", true, true);
        check("merchantapp://payments/callback/12345", true, true);
        check("https://shop.example/elsewhere", false, true);
        check("https://registered.example/", false, true);
        check("otherapp://payments/callback/12345", false, true);
        check("com.shop.app:/return", false, true);
        check("https://not-whitelisted.example", false, false);
        check("https://NOT-WHITELISTED.example:8443/back", false, false);
        check("merchantapp://Not-Whitelisted.Example/callback", false, false);
        check("https://not-whitelisted.example.shop.example/", false, true);
    }
}
