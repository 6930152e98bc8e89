//! Account notification (88): the gateway tells a merchant that an account was linked or unlinked.
//!
//! It is tried four times within a second and then given up, so whoever may be away for longer asks by account inquiry.

use lunas_vocab::{MerchantId, PointOfPurchaseId, Secret};

use super::account_binding::{TEXT_MAX, TOKEN_MAX};
use super::message;
use crate::field::{self, Codec, FieldError, Kind, Part as _, Reader};
use crate::json::Value;

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

message! {
    /// What became of an account.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Notification: part {
        /// the account's token
        pub access_token: Secret<String> => "additionalInfo.accessToken", max TOKEN_MAX;
        /// your MID, where the calls about links carry the payment handle
        pub merchant_id: Option<MerchantId> => "additionalInfo.merchantId";
        /// the point of purchase
        pub point_of_purchase_id: Option<PointOfPurchaseId> => "additionalInfo.subMerchantId";
        /// `ENABLED`: the token counts from now on; `DISABLED`: drop it
        pub event: AccountEvent => "additionalInfo.accountStatus", behind "additionalInfo.paymentType" as PaymentType,
            also "additionalInfo.statusMessage" as Why;
    }
}

impl Notification {
    /// Reads a notification. The status decides; a message that is not known only leaves out why.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, Self::read_members)
    }

    /// Writes the notification.
    pub fn write(&self) -> Value {
        self.to_message().into()
    }
}

/// The event is read from two members, of which the second only says why.
impl Codec for AccountEvent {
    type Value = Self;
    const KIND: Kind = Kind::Word(&[ENABLED, "DISABLED"]);

    fn read(info: &Reader<'_>, name: &str, _: usize) -> Option<Self> {
        let status = info.text(name, TEXT_MAX)?;
        let message = info.text_optional("statusMessage", TEXT_MAX);
        let is_phone = message.is_some_and(|message| message == Self::PhoneChanged.message());
        Some(match (status == ENABLED, is_phone) {
            (true, _) => Self::Linked,
            (false, true) => Self::PhoneChanged,
            (false, false) => Self::Unlinked,
        })
    }

    fn write(event: &Self) -> Option<Value> {
        Some(event.status().into())
    }
}

/// `statusMessage`.
struct Why;

impl Codec for Why {
    type Value = AccountEvent;
    const KIND: Kind = Kind::Text;
    const DOC: &'static str = "why";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<AccountEvent> {
        None
    }

    fn write(event: &AccountEvent) -> Option<Value> {
        Some(event.message().into())
    }
}

/// `paymentType`.
struct PaymentType;

impl Codec for PaymentType {
    type Value = AccountEvent;
    const KIND: Kind = Kind::Word(&[PAYMENT_TYPE]);
    const DOC: &'static str = "always this word";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<AccountEvent> {
        None
    }

    fn write(_: &AccountEvent) -> Option<Value> {
        Some(PAYMENT_TYPE.into())
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
