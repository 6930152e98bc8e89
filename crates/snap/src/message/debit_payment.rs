//! Direct debit payment (54): a merchant charges a customer.
//!
//! One path serves several flavours: redirect to a wallet, guest payment in a mini app, and (with a linked account)
//! tokenization. All of their fields are read here; which flavour a request is, whether its expiry lies far enough
//! ahead, and where an absent return URL comes from are for the domain to say.

mod customer;
mod spelling;
mod url_param;

pub use customer::{Address, CustomerDetails, Item, Quantity};
pub use url_param::{UrlKind, UrlParam};

use lunas_vocab::{MerchantId, Money, PartnerReferenceNo, PointOfPurchaseId, ReferenceNo, Secret, Timestamp};

use spelling::{Accepted, Decimal, OlderWord};
pub(super) use spelling::{Charged, CurrencyCode, OrderId, YesOrNo, is_order_symbol};

use super::language::Language;
use super::used_option::UpperCase;
use super::{TransactionStatus, UsedOption, message};
use crate::field::{
    self, Always, FieldError, IfMarked, Kept, Marked, OnlyOne, OrDefault, Part as _, Sent, TextOrEmpty,
};
use crate::json::Value;

/// The least that can be charged: one rupiah.
pub const AMOUNT_MIN: Money = Money::idr(1);
/// The most that can be charged: 99 999 999 999 rupiah.
pub const AMOUNT_MAX: Money = Money::AMOUNT_MAX;

/// The most characters of `chargeToken`. The contract says 40, which no real token fits.
const CHARGE_TOKEN_MAX: usize = 2048;
/// The most characters of a method, an option or a cross reference.
const TEXT_MAX: usize = 64;
/// The most characters of a URL that the gateway answers with.
const REDIRECT_URL_MAX: usize = 2048;

message! {
    /// A charge as the merchant asks for it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PaymentRequest: part {
        /// your order id: letters, digits and `-` `_` `~` `.`; need not be unique
        pub partner_reference_no: PartnerReferenceNo as OrderId => "partnerReferenceNo";
        /// may be empty: `""`; the customer's token where a linked account is charged
        pub charge_token: Secret<String> as Secret<TextOrEmpty> => "chargeToken", max CHARGE_TOKEN_MAX;
        /// if sent, it must be yours
        pub merchant_id: Option<MerchantId> => "merchantId";
        /// until when it can be paid: at least 20 seconds ahead, and at most 180 days (GoPay), 5 days (ShopeePay) or 1 day
        /// (DANA); 15 minutes if absent
        pub valid_up_to: Option<Timestamp> => "validUpTo";
        /// where the customer returns to. Needed unless a return URL is registered or the point of purchase is a mini app; one
        /// that is not registered is refused with `4035415`. A single object is read too
        pub url_params: Vec<UrlParam> => "urlParam", or "urlParams", need Conditional;
        /// what to charge, and through whom: exactly one element
        pub pay_option: PayOption as OnlyOne<PayOption> => "payOptionDetails";
        /// your name for the whole payment flow
        pub cross_reference_id: Option<String> => "additionalInfo.merchantCrossReferenceId", max TEXT_MAX;
        /// the language of the page: `en` or `id`
        pub language: Option<String> as Option<Language> => "additionalInfo.lang";
        /// who pays
        pub customer_details: Option<Sent<CustomerDetails>> => "additionalInfo.customerDetails", or "additionalInfo.customerDetail";
        /// what is paid for; shown to the customer
        pub items: Vec<Sent<Item>> => "additionalInfo.items";
        /// an object of your own; the status gives it back
        pub metadata: Option<Value> as Kept => "additionalInfo.metadata";
        /// risk data for the payment provider, passed on unread
        pub payment_provider_metadata: Option<Value> as Kept => "additionalInfo.paymentProviderMetadata";
        /// one of your points of purchase; needed from a mini app, which has its own
        pub point_of_purchase_id: Option<PointOfPurchaseId> => "additionalInfo.pointOfPurchaseId", need Conditional;
    }
}

impl PaymentRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, Self::read_members)
    }

    /// Writes the request. With a linked account the list of URLs goes by its other name, as that flavour has it.
    pub fn write(&self) -> Value {
        let mut request = self.to_message();
        if self.pay_option.linked.is_some() {
            request.rename("urlParam", "urlParams");
        }
        request.into()
    }
}

message! {
    /// What to charge, and through whom.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PayOption: part {
        /// `GOPAY`, `SHOPEEPAY` or `DANA`, in any case
        pub pay_method: String as UpperCase => "payMethod", max TEXT_MAX, like "GOPAY";
        /// any word, such as `GOPAY_WALLET`; of a linked account, the option's name
        pub pay_option: String as UpperCase => "payOption", max TEXT_MAX;
        /// what to charge, from 1.00 to 99999999999.00
        pub amount: Money as Charged => "transAmount";
        /// what only a charge on a linked account has
        pub linked: Option<LinkedOption> as IfMarked<LinkedOption> => "additionalInfo";
    }
}

message! {
    /// Which option of a linked account to charge, and how.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct LinkedOption: part {
        /// the option's `token`, fresh from the account inquiry
        pub payment_option_token: Secret<String> => "paymentOptionToken", or "paymentoptiontoken", max CHARGE_TOKEN_MAX,
            need Conditional;
        /// `Y` asks for no PIN, if the operator agreed; `N`
        pub recurring: bool as OrDefault<YesOrNo> => "recurring";
        /// promotions to apply
        pub promotion_ids: Vec<String> => "promotionIds", max TEXT_MAX;
    }
}

/// Other gateways' samples put unrelated members in the same place.
impl Marked for LinkedOption {
    const MARKS: &'static [&'static str] = &["paymentOptionToken", "paymentoptiontoken"];
}

message! {
    /// The charge was taken; the customer goes to one of the URLs.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PaymentAnswer: answer DebitPayment {
        /// the gateway's id of the payment
        pub reference_no: ReferenceNo => "referenceNo";
        /// your order id
        pub partner_reference_no: Option<PartnerReferenceNo> => "partnerReferenceNo";
        /// where the customer pays; do not take it apart. Empty where a linked account was charged at once
        pub web_redirect_url: String as OrDefault<String> => "webRedirectUrl", max REDIRECT_URL_MAX, need Mandatory;
        /// a link into the wallet's app; empty
        pub app_redirect_url: String as OrDefault<String> => "appRedirectUrl", max REDIRECT_URL_MAX;
        /// such as `GOPAY`
        pub payment_type: Option<String> => "additionalInfo.paymentType", max TEXT_MAX;
        /// what the customer will pay
        pub amount: Option<Money> => "additionalInfo.grossAmount", or "additionalInfo.gross_amount",
            also "additionalInfo.gross_amount" as Option<Money>;
        /// when the payment was opened
        pub transaction_at: Option<Timestamp> => "additionalInfo.transactionTime";
        /// until when it can be paid
        pub valid_up_to: Option<Timestamp> => "additionalInfo.validUpTo";
        /// what only the answer to a charge on a linked account has
        pub linked: Option<LinkedAnswer> as IfMarked<LinkedAnswer> => "additionalInfo";
    }
}

message! {
    /// How a charge on a linked account stands. Some of it repeats what stands there already, by older names.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct LinkedAnswer: part {
        /// what is charged
        pub amount: Option<Money> as Option<Decimal> => "amount", also "currency" as Option<CurrencyCode>;
        /// until when it can be paid
        pub valid_up_to: Option<Timestamp> => "expiryTime";
        /// what is charged
        pub used_options: Vec<UsedOption> as Always<UsedOption> => "userPaymentDetails", or "payOptionDetails",
            behind "payOptionDetails" as Always<UsedOption>;
        /// `00` paid, `03` waiting for the customer's PIN
        pub status: TransactionStatus => "transactionStatus",
            behind "status" as OlderWord, also "fraudStatus" as Accepted;
    }
}

impl Marked for LinkedAnswer {
    const MARKS: &'static [&'static str] = &["transactionStatus"];
}
