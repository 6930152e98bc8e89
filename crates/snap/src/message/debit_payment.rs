//! Direct debit payment (54): a merchant charges a customer.
//!
//! One path serves several flavours: redirect to a wallet, guest payment in a mini app, and (with a linked account)
//! tokenization. All of their fields are read here; which flavour a request is, whether its expiry lies far enough
//! ahead, and where an absent return URL comes from are for the domain to say.

mod customer;
mod url_param;

pub use customer::{Address, CustomerDetails, Item, Quantity};
pub use url_param::{UrlKind, UrlParam};

use lunas_vocab::{MerchantId, Money, PartnerReferenceNo, PointOfPurchaseId, ReferenceNo, Secret, Timestamp};

use super::{TransactionStatus, UsedOption, array, language, money, success, transaction_status};
use crate::field::{self, FieldError, Reader};
use crate::json::{Object, Value};
use crate::service::Service;

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

/// A charge as the merchant asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRequest {
    /// The merchant's order id; need not be unique.
    pub partner_reference_no: PartnerReferenceNo,
    /// `chargeToken`: the access token again, nothing at all, or with a linked account the customer's token.
    pub charge_token: Secret<String>,
    /// Whose charge it is.
    pub merchant_id: Option<MerchantId>,
    /// Until when it can be paid.
    pub valid_up_to: Option<Timestamp>,
    /// `urlParam`: where the customer returns to.
    pub url_params: Vec<UrlParam>,
    /// The one element of `payOptionDetails`.
    pub pay_option: PayOption,
    /// `additionalInfo.merchantCrossReferenceId`: the merchant's name for the whole payment flow.
    pub cross_reference_id: Option<String>,
    /// `additionalInfo.lang`: `en` or `id`, in lower case.
    pub language: Option<String>,
    /// Who pays.
    pub customer_details: Option<CustomerDetails>,
    /// What is paid for.
    pub items: Vec<Item>,
    /// The merchant's own data, given back by the status call.
    pub metadata: Option<Value>,
    /// Risk data for the payment provider, passed on unread.
    pub payment_provider_metadata: Option<Value>,
    /// Which integration of the merchant asks; a mini app has its own.
    pub point_of_purchase_id: Option<PointOfPurchaseId>,
}

impl PaymentRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let partner_reference_no =
                body.parsed("partnerReferenceNo", PartnerReferenceNo::LENGTH_MAX, partner_reference_no);
            let charge_token = body.text_or_empty("chargeToken", CHARGE_TOKEN_MAX);
            let merchant_id = body.id_optional("merchantId", MerchantId::LENGTH_MAX);
            let valid_up_to = body.timestamp_optional("validUpTo");
            let url_params = body.list_optional(body.first_of(&["urlParam", "urlParams"]), UrlParam::read);
            let pay_option = only(body, "payOptionDetails", PayOption::read);
            let info = body.section("additionalInfo");
            let cross_reference_id = info.text_optional("merchantCrossReferenceId", TEXT_MAX);
            let language = info.parsed_optional("lang", 2, language);
            let customer = info.first_of(&["customerDetails", "customerDetail"]);
            let customer_details = info.object_optional(customer, CustomerDetails::read);
            let items = info.list_optional("items", Item::read);
            let metadata = info.any_object_optional("metadata");
            let payment_provider_metadata = info.any_object_optional("paymentProviderMetadata");
            let point_of_purchase_id = info.id_optional("pointOfPurchaseId", PointOfPurchaseId::LENGTH_MAX);
            Some(Self {
                partner_reference_no: partner_reference_no?,
                charge_token: Secret::new(charge_token?),
                merchant_id,
                valid_up_to,
                url_params,
                pay_option: pay_option?,
                cross_reference_id,
                language,
                customer_details,
                items,
                metadata,
                payment_provider_metadata,
                point_of_purchase_id,
            })
        })
    }

    /// Writes the request. With a linked account the list of URLs goes by its other name, as that flavour has it.
    pub fn write(&self) -> Value {
        let point_of_purchase_id = self.point_of_purchase_id.as_ref().map(PointOfPurchaseId::as_str);
        let items = (!self.items.is_empty()).then(|| array(&self.items, Item::write));
        let info = Object::new()
            .with_some("merchantCrossReferenceId", self.cross_reference_id.as_deref())
            .with_some("lang", self.language.as_deref())
            .with_some("customerDetails", self.customer_details.as_ref().map(CustomerDetails::write))
            .with_some("items", items)
            .with_some("metadata", self.metadata.clone())
            .with_some("paymentProviderMetadata", self.payment_provider_metadata.clone())
            .with_some("pointOfPurchaseId", point_of_purchase_id);
        let urls = (!self.url_params.is_empty()).then(|| array(&self.url_params, UrlParam::write));
        let urls_name = if self.pay_option.linked.is_some() { "urlParams" } else { "urlParam" };
        Object::new()
            .with("partnerReferenceNo", self.partner_reference_no.as_str())
            .with("chargeToken", self.charge_token.expose().as_str())
            .with_some("merchantId", self.merchant_id.as_ref().map(MerchantId::as_str))
            .with_some("validUpTo", self.valid_up_to.map(Timestamp::to_snap))
            .with_some(urls_name, urls)
            .with("payOptionDetails", vec![self.pay_option.write()])
            .with_some("additionalInfo", (!info.is_empty()).then_some(info))
            .into()
    }
}

/// What to charge, and through whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayOption {
    /// `payMethod` in upper case, such as `GOPAY`; case carries no meaning on the wire.
    pub pay_method: String,
    /// `payOption` in upper case. Reserved in redirect flows, so any word is taken.
    pub pay_option: String,
    /// `transAmount`: from [`AMOUNT_MIN`] to [`AMOUNT_MAX`].
    pub amount: Money,
    /// What only a charge on a linked account has.
    pub linked: Option<LinkedOption>,
}

impl PayOption {
    fn read(option: &Reader<'_>) -> Option<Self> {
        let pay_method = option.text("payMethod", TEXT_MAX);
        let pay_option = option.text("payOption", TEXT_MAX);
        let amount = option.money_within("transAmount", out_of_range);
        let linked = LinkedOption::read(&option.section("additionalInfo"));
        Some(Self {
            pay_method: pay_method?.to_ascii_uppercase(),
            pay_option: pay_option?.to_ascii_uppercase(),
            amount: amount?,
            linked,
        })
    }

    fn write(&self) -> Value {
        Object::new()
            .with("payMethod", self.pay_method.as_str())
            .with("payOption", self.pay_option.as_str())
            .with("transAmount", money(self.amount))
            .with_some("additionalInfo", self.linked.as_ref().map(LinkedOption::write))
            .into()
    }
}

/// Which option of a linked account to charge, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedOption {
    /// `paymentOptionToken`: names the option, as the account inquiry gave it.
    pub payment_option_token: Secret<String>,
    /// `recurring`: ask for no PIN, where the merchant may do without.
    pub recurring: bool,
    /// `promotionIds`: promotions to apply.
    pub promotion_ids: Vec<String>,
}

impl LinkedOption {
    /// Nothing if there is no token: other gateways' samples put unrelated members in the same place.
    fn read(info: &Reader<'_>) -> Option<Self> {
        let name = info.first_of(&["paymentOptionToken", "paymentoptiontoken"]);
        let payment_option_token = info.text_optional(name, CHARGE_TOKEN_MAX);
        let recurring = info.parsed_optional("recurring", 1, yes_or_no);
        let promotion_ids = info.texts_optional("promotionIds", TEXT_MAX);
        Some(Self {
            payment_option_token: Secret::new(payment_option_token?),
            recurring: recurring.unwrap_or(false),
            promotion_ids,
        })
    }

    fn write(&self) -> Value {
        let promotions =
            (!self.promotion_ids.is_empty()).then(|| array(&self.promotion_ids, |id| id.as_str().into()));
        Object::new()
            .with("paymentOptionToken", self.payment_option_token.expose().as_str())
            .with("recurring", letter(self.recurring))
            .with_some("promotionIds", promotions)
            .into()
    }
}

/// The charge was taken; the customer goes to one of the URLs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentAnswer {
    /// The gateway's id of the charge.
    pub reference_no: ReferenceNo,
    /// The merchant's order id.
    pub partner_reference_no: Option<PartnerReferenceNo>,
    /// Where the customer pays. Changes without notice, so it is not to be taken apart.
    pub web_redirect_url: String,
    /// A link into the wallet's app; empty in redirect flows.
    pub app_redirect_url: String,
    /// `grossAmount`, also `gross_amount`: what the customer will pay.
    pub amount: Option<Money>,
    /// `paymentType`, such as `GOPAY`.
    pub payment_type: Option<String>,
    /// `transactionTime`: when the charge was taken.
    pub transaction_at: Option<Timestamp>,
    /// Until when it can be paid.
    pub valid_up_to: Option<Timestamp>,
    /// What only the answer to a charge on a linked account has.
    pub linked: Option<LinkedAnswer>,
}

impl PaymentAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let reference_no = body.id("referenceNo", ReferenceNo::LENGTH_MAX);
            let partner_reference_no = body.id_optional("partnerReferenceNo", PartnerReferenceNo::LENGTH_MAX);
            let info = body.section("additionalInfo");
            let amount = info.first_of(&["grossAmount", "gross_amount"]);
            Some(Self {
                reference_no: reference_no?,
                partner_reference_no,
                // A charge on a linked account may be paid at once, and then there is no page to go to.
                web_redirect_url: body.text_optional("webRedirectUrl", REDIRECT_URL_MAX).unwrap_or_default(),
                app_redirect_url: body.text_optional("appRedirectUrl", REDIRECT_URL_MAX).unwrap_or_default(),
                amount: info.money_optional(amount),
                payment_type: info.text_optional("paymentType", TEXT_MAX),
                transaction_at: info.timestamp_optional("transactionTime"),
                valid_up_to: info.timestamp_optional("validUpTo"),
                linked: LinkedAnswer::read(&info),
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let info = Object::new()
            .with_some("paymentType", self.payment_type.as_deref())
            .with_some("grossAmount", self.amount.map(money))
            .with_some("gross_amount", self.amount.map(money))
            .with_some("transactionTime", self.transaction_at.map(Timestamp::to_snap))
            .with_some("validUpTo", self.valid_up_to.map(Timestamp::to_snap));
        let info = match &self.linked {
            Some(linked) => linked.write(info, self.amount, self.valid_up_to),
            None => info,
        };
        let partner_reference_no = self.partner_reference_no.as_ref().map(PartnerReferenceNo::as_str);
        success(Service::DebitPayment)
            .with("referenceNo", self.reference_no.as_str())
            .with_some("partnerReferenceNo", partner_reference_no)
            .with("webRedirectUrl", self.web_redirect_url.as_str())
            .with("appRedirectUrl", self.app_redirect_url.as_str())
            .with("additionalInfo", info)
            .into()
    }
}

/// How a charge on a linked account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedAnswer {
    /// `transactionStatus`: paid, or waiting for the customer's PIN.
    pub status: TransactionStatus,
    /// `userPaymentDetails`: what is charged.
    pub used_options: Vec<UsedOption>,
}

impl LinkedAnswer {
    fn read(info: &Reader<'_>) -> Option<Self> {
        let status = info.parsed_optional("transactionStatus", 2, transaction_status::parse)?;
        Some(Self { status, used_options: UsedOption::read_all(info) })
    }

    /// Writes the members, some of them twice: the older names of what stands there already.
    fn write(&self, info: Object, amount: Option<Money>, valid_up_to: Option<Timestamp>) -> Object {
        let word = match self.status {
            TransactionStatus::Success => "SETTLEMENT",
            _ => self.status.word(),
        };
        info.with_some("amount", amount.map(Money::to_decimal))
            .with_some("currency", amount.map(|amount| amount.currency().code()))
            .with("status", word)
            .with_some("expiryTime", valid_up_to.map(Timestamp::to_snap))
            .with("payOptionDetails", array(&self.used_options, UsedOption::write))
            .with("userPaymentDetails", array(&self.used_options, UsedOption::write))
            .with("transactionStatus", self.status.code())
            // Who is suspected of fraud gets no such answer.
            .with("fraudStatus", "accept")
    }
}

/// Why an amount cannot be charged, if it cannot.
pub(super) fn out_of_range(amount: Money) -> Option<&'static str> {
    let is_within = (AMOUNT_MIN.minor()..=AMOUNT_MAX.minor()).contains(&amount.minor());
    (!is_within).then_some("the amount must be from 1.00 to 99999999999.00")
}

/// The one element of a list that has to have exactly one.
pub(super) fn only<T>(body: &Reader<'_>, name: &str, read: impl Fn(&Reader<'_>) -> Option<T>) -> Option<T> {
    let mut elements = body.list(name, read)?;
    let first = elements.pop();
    if elements.is_empty() {
        return first;
    }
    body.malformed(name, "exactly one element is allowed");
    None
}

/// An order id holds letters, digits and four symbols; wallets refuse others.
pub(super) fn partner_reference_no(text: &str) -> Result<PartnerReferenceNo, &'static str> {
    let refusal = "only letters, digits and - _ ~ . are allowed";
    if !text.bytes().all(is_order_symbol) {
        return Err(refusal);
    }
    PartnerReferenceNo::new(text).map_err(|_| refusal)
}

/// Whether an order id may hold that byte.
pub(super) fn is_order_symbol(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~' | b'.')
}

fn yes_or_no(text: &str) -> Result<bool, &'static str> {
    match text {
        "Y" | "y" => Ok(true),
        "N" | "n" => Ok(false),
        _ => Err("Y or N was expected"),
    }
}

fn letter(truth: bool) -> &'static str {
    if truth { "Y" } else { "N" }
}
