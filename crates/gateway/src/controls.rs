//! What a gateway of play money does otherwise than one of real money, as data that it asks while it runs.
//!
//! Everything that a sandbox adds, its routes, its faults, its demo, stands outside and is given to [`crate::site::Site`].
//! This is what is left: a clock that can be moved, whoever listens in the place of the sandbox's merchant, and where its
//! customers may be sent.

pub mod clock;
pub mod listeners;

use lunas_vocab::MerchantId;
use url::Url;

/// The host that a sandbox takes for one that no merchant registered, whatever the scheme: the way to a refused return
/// URL. Every other host is as good as registered.
const URL_HOST_REFUSED: &str = "not-whitelisted.example";

/// What a sandbox changes about the gateway under it.
#[derive(Clone, Debug)]
pub struct Controls {
    /// The sandbox's own merchant: whoever listens gets its notifications.
    pub merchant: MerchantId,
}

impl Controls {
    /// Whether customers may be sent to that URL.
    pub(crate) fn let_return_to(&self, url: &str) -> bool {
        let parsed = Url::parse(url).ok();
        let host = parsed.as_ref().and_then(Url::host_str);
        !host.is_some_and(|host| host.eq_ignore_ascii_case(URL_HOST_REFUSED))
    }
}
