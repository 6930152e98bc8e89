//! A merchant's request for a customer's consent, sealed into the link that the customer's browser follows.
//!
//! It names the customer and where the customer goes afterwards. Nobody can read or change it on its way, and it needs
//! no row: a request that nobody answers leaves nothing behind.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use lunas_vocab::Timestamp;
use serde::{Deserialize, Serialize};

use super::App;

/// Path of the consent page.
pub const CONSENT_PATH: &str = "/app/authorize";
/// How long a customer may take to consent.
const LIFE: Duration = Duration::from_mins(15);
/// The name under which requests are sealed.
const SEAL: &str = "consent-request";

/// What a merchant asks of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRequest {
    /// Tells requests apart; attempts are counted against it.
    pub id: String,
    /// Who asks.
    pub merchant: String,
    /// Whose account it is about.
    pub phone: String,
    /// Where the customer goes afterwards; the merchant registered it.
    pub redirect_url: String,
    /// What the merchant wants to see again there.
    pub state: String,
    /// The language the merchant asked for.
    pub language: String,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    request: ConsentRequest,
    until_ms: i64,
}

impl App {
    /// The consent page's URL for a request.
    pub fn consent_url(&self, request: ConsentRequest) -> String {
        let until_ms = self.env.now().plus(LIFE).ms();
        let plain =
            serde_json::to_vec(&Sealed { request, until_ms }).expect("texts and numbers always serialise");
        let sealed = BASE64URL.encode(self.keys.sealer.seal(SEAL, &plain));
        format!("{}{CONSENT_PATH}?referenceId={sealed}", self.public_url)
    }

    /// The request behind a link, if the gateway made it and there is still time.
    pub fn consent_request(&self, reference: &str) -> Option<ConsentRequest> {
        let sealed = BASE64URL.decode(reference).ok()?;
        let plain = self.keys.sealer.open(SEAL, &sealed).ok()?;
        let opened: Sealed = serde_json::from_slice(plain.expose()).ok()?;
        (self.env.now() < Timestamp::from_ms(opened.until_ms)).then_some(opened.request)
    }
}
