//! Account notification (88): the gateway tells a merchant that an account was linked or unlinked.
//!
//! It is tried four times within a second and then given up, so whoever may be away for longer asks by account inquiry.

use lunas_vocab::{MerchantId, PointOfPurchaseId, Secret};

use super::account_binding::{TEXT_MAX, TOKEN_MAX};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};

/// What became of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountEvent {
    /// The account is linked.
    Linked,
    /// It is no longer: the customer has another phone number now and has to link again.
    PhoneChanged,
    /// It is no longer: the merchant or the customer unlinked it.
    Unlinked,
}

impl AccountEvent {
    /// Every event.
    pub const ALL: [Self; 3] = [Self::Linked, Self::PhoneChanged, Self::Unlinked];

    /// Whether the account's token counts from now on; otherwise it is to be dropped.
    pub fn is_enabled(self) -> bool {
        self == Self::Linked
    }

    fn status(self) -> &'static str {
        if self.is_enabled() { ENABLED } else { "DISABLED" }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Linked => "Account linked",
            Self::PhoneChanged => "User changed phone number",
            Self::Unlinked => "Account unlinked",
        }
    }
}

const ENABLED: &str = "ENABLED";
/// What kind of account it is; there is one.
const PAYMENT_TYPE: &str = "gopay";

/// What became of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// `accessToken`: the account's token.
    pub access_token: Secret<String>,
    /// `merchantId`: the MID, where the calls about links carry the payment handle.
    pub merchant_id: Option<MerchantId>,
    /// `subMerchantId`: the point of purchase.
    pub point_of_purchase_id: Option<PointOfPurchaseId>,
    /// `accountStatus` and `statusMessage`.
    pub event: AccountEvent,
}

impl Notification {
    /// Reads a notification. The status decides; a message that is not known only leaves out why.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            body.object("additionalInfo", |info| {
                let access_token = info.text("accessToken", TOKEN_MAX);
                let status = info.text("accountStatus", TEXT_MAX)?;
                let message = info.text_optional("statusMessage", TEXT_MAX).unwrap_or_default();
                let unlinked = if message == AccountEvent::PhoneChanged.message() {
                    AccountEvent::PhoneChanged
                } else {
                    AccountEvent::Unlinked
                };
                Some(Self {
                    access_token: Secret::new(access_token?),
                    merchant_id: info.id_optional("merchantId", MerchantId::LENGTH_MAX),
                    point_of_purchase_id: info.id_optional("subMerchantId", PointOfPurchaseId::LENGTH_MAX),
                    event: if status == ENABLED { AccountEvent::Linked } else { unlinked },
                })
            })
        })
    }

    /// Writes the notification.
    pub fn write(&self) -> Value {
        let point = self.point_of_purchase_id.as_ref().map(PointOfPurchaseId::as_str);
        let info = Object::new()
            .with("accessToken", self.access_token.expose().as_str())
            .with_some("merchantId", self.merchant_id.as_ref().map(MerchantId::as_str))
            .with_some("subMerchantId", point)
            .with("paymentType", PAYMENT_TYPE)
            .with("accountStatus", self.event.status())
            .with("statusMessage", self.event.message());
        Object::new().with("additionalInfo", info).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_read_as_it_is_written() {
        for event in AccountEvent::ALL {
            let notification = Notification {
                access_token: Secret::new("token".to_owned()),
                merchant_id: MerchantId::new("G1").ok(),
                point_of_purchase_id: None,
                event,
            };
            assert_eq!(Notification::read(&notification.write()).as_ref(), Ok(&notification));
        }
    }
}
