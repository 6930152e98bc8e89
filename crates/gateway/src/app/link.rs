//! The links customers follow, and the forms on the pages behind them.
//!
//! A link's `tref` is the payment's reference and a MAC over it: it cannot be guessed, and needs no row of its own. The
//! MAC says what the link is for: the merchant's customer may pay or refuse, and whoever saw a code may only pay.
//! Everything a page needs is in the query, because a mini app carries only the query over into its deep link.

use aws_lc_rs::hmac;
use lunas_vocab::{ReferenceNo, Timestamp, hex};

use super::App;

/// Path of the review page; GoPay's universal links end the same way.
pub const REVIEW_PATH: &str = "/app/merchanttransfer";
/// Pictures of QR codes lie under this.
pub const QR_PATH: &str = "/qr";
/// Where a customer types or pastes what a QR code says.
pub const SCAN_PATH: &str = "/app/qris";
/// Bytes of the MAC that a link carries: 80 bits are far beyond guessing over a network.
const MAC_LEN: usize = 10;
/// How long a form may be filled in before it has to be loaded again, in milliseconds.
const FORM_LIFE_MS: i64 = 60 * 60 * 1000;

/// What a link to a payment lets its holder do, beside seeing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Pay or refuse: the link that the merchant gives its customer.
    Review,
    /// Pay and nothing else: the link of a code that hangs where everybody sees it.
    Scan,
}

impl LinkKind {
    /// Every kind.
    const ALL: [Self; 2] = [Self::Review, Self::Scan];

    /// What the MAC of such a link is for.
    fn purpose(self) -> &'static str {
        match self {
            Self::Review => "tref",
            Self::Scan => "scan",
        }
    }
}

impl App {
    /// The review page's URL for a payment: `webRedirectUrl`.
    pub fn review_url(&self, public_url: &str, reference_no: &ReferenceNo) -> String {
        format!("{public_url}{REVIEW_PATH}?tref={}", self.tref(reference_no, LinkKind::Review))
    }

    /// Where the picture of a payment's QR code is: `qrUrl`.
    pub fn qr_url(&self, public_url: &str, reference_no: &ReferenceNo) -> String {
        format!("{public_url}{QR_PATH}/{}.png", self.tref(reference_no, LinkKind::Scan))
    }

    /// The `tref` of a payment.
    pub fn tref(&self, reference_no: &ReferenceNo, kind: LinkKind) -> String {
        format!("{reference_no}{}", self.mac(kind.purpose(), reference_no.as_str()))
    }

    /// The payment a `tref` stands for, and what it is for, if the gateway made it.
    pub fn reference_of(&self, tref: &str) -> Option<(ReferenceNo, LinkKind)> {
        let (reference, mac) = tref.split_at_checked(tref.len().checked_sub(2 * MAC_LEN)?)?;
        let is_of = |kind: &LinkKind| self.mac_is_right(kind.purpose(), reference, mac);
        let kind = LinkKind::ALL.into_iter().find(is_of)?;
        ReferenceNo::new(reference).ok().map(|reference_no| (reference_no, kind))
    }

    /// What tells a browser from others, made from its cookie: the cookie itself is kept nowhere.
    pub fn browser_id(&self, cookie: &str) -> String {
        self.mac("browser", cookie)
    }

    /// A token for one form of one page, good for the browser that holds `cookie` and for an hour.
    pub fn form_token(&self, page: &str, cookie: &str) -> String {
        let until = self.env.now().ms() + FORM_LIFE_MS;
        format!("{until}.{}", self.mac("form", &format!("{page}\n{cookie}\n{until}")))
    }

    /// Whether a form came from a page that was given to the same browser, and not too long ago.
    pub fn form_token_is_right(&self, page: &str, cookie: &str, token: &str) -> bool {
        let Some((until, mac)) = token.split_once('.') else { return false };
        let Ok(ends) = until.parse::<i64>() else { return false };
        !cookie.is_empty()
            && self.env.now() < Timestamp::from_ms(ends)
            && self.mac_is_right("form", &format!("{page}\n{cookie}\n{until}"), mac)
    }

    /// The name under which the sandbox's container shows a mini app. Nobody can tell it who does not have the key: a
    /// page that knew it could talk to a server on the developer's machine through the container.
    pub fn mini_app_label(&self, origins: &str) -> String {
        self.mac("mini-app", origins)
    }

    fn mac(&self, purpose: &str, text: &str) -> String {
        let tag = hmac::sign(self.keys.link(), format!("{purpose}\n{text}").as_bytes());
        hex(&tag.as_ref()[..MAC_LEN])
    }

    fn mac_is_right(&self, purpose: &str, text: &str, mac: &str) -> bool {
        let expected = self.mac(purpose, text);
        aws_lc_rs::constant_time::verify_slices_are_equal(expected.as_bytes(), mac.as_bytes()).is_ok()
    }
}
