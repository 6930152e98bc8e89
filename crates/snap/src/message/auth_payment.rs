//! Auth payment (63): a merchant has money of a linked account reserved, to capture or give back later.

use lunas_vocab::{MerchantId, Money, PartnerReferenceNo, ReferenceNo, Secret, Timestamp};

use super::debit_payment::{CustomerDetails, Item, only, out_of_range, partner_reference_no};
use super::{TransactionStatus, UsedOption, array, money, success, transaction_status};
use crate::field::{self, FieldError, Reader};
use crate::json::{Object, Value};
use crate::service::Service;

/// The most characters of a token.
const TOKEN_MAX: usize = 2048;
/// The most characters of a method, an option, a cross reference or a status word.
const TEXT_MAX: usize = 64;
/// The most characters of `title`.
const TITLE_MAX: usize = 256;
/// The most characters of an amount that is not an object.
const AMOUNT_TEXT_MAX: usize = 24;

/// What is to be reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthPaymentRequest {
    /// The merchant's order id; need not be unique.
    pub partner_reference_no: PartnerReferenceNo,
    /// Whose authorization it is.
    pub merchant_id: MerchantId,
    /// What the order is called. Documented as mandatory, and missing in the contract's own sample.
    pub title: Option<String>,
    /// The one element of `additionalInfo.payOptionDetails`. Its amount is also written as `amount`.
    pub pay_option: AuthOption,
    /// What is paid for.
    pub items: Vec<Item>,
    /// `additionalInfo.merchantCrossReferenceId`: the merchant's name for the whole payment flow.
    pub cross_reference_id: Option<String>,
    /// Who pays.
    pub customer_details: Option<CustomerDetails>,
    /// `additionalInfo.validUpTo`: until when it can be captured.
    pub valid_up_to: Option<Timestamp>,
    /// The merchant's own data, given back by the query.
    pub metadata: Option<Value>,
}

/// What to reserve, and of which option of the linked account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthOption {
    /// `payMethod` in upper case, `GOPAY`.
    pub pay_method: String,
    /// `payOption` in upper case, such as `GOPAY_WALLET`. What the token names counts.
    pub pay_option: String,
    /// `transAmount`.
    pub amount: Money,
    /// `paymentOptionToken`: names the option, as the account inquiry gave it.
    pub payment_option_token: Secret<String>,
}

impl AuthOption {
    fn read(option: &Reader<'_>) -> Option<Self> {
        let pay_method = option.text("payMethod", TEXT_MAX);
        let pay_option = option.text("payOption", TEXT_MAX);
        let amount = option.money_within("transAmount", out_of_range);
        let info = option.section("additionalInfo");
        let token = info.text(info.first_of(&["paymentOptionToken", "paymentoptiontoken"]), TOKEN_MAX);
        Some(Self {
            pay_method: pay_method?.to_ascii_uppercase(),
            pay_option: pay_option?.to_ascii_uppercase(),
            amount: amount?,
            payment_option_token: Secret::new(token?),
        })
    }

    fn write(&self) -> Value {
        let info = Object::new().with("paymentOptionToken", self.payment_option_token.expose().as_str());
        Object::new()
            .with("payMethod", self.pay_method.as_str())
            .with("payOption", self.pay_option.as_str())
            .with("transAmount", money(self.amount))
            .with("additionalInfo", info)
            .into()
    }
}

impl AuthPaymentRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let partner_reference_no =
                body.parsed("partnerReferenceNo", PartnerReferenceNo::LENGTH_MAX, partner_reference_no);
            let merchant_id = body.id("merchantId", MerchantId::LENGTH_MAX);
            let title = body.text_optional("title", TITLE_MAX);
            if !body.has("additionalInfo") {
                body.missing("additionalInfo");
            }
            let info = body.section("additionalInfo");
            let pay_option = only(&info, "payOptionDetails", AuthOption::read);
            if let (Some(amount), Some(option)) = (body.money_optional("amount"), &pay_option)
                && amount != option.amount
            {
                body.malformed("amount.value", "it must be that of transAmount");
            }
            let items = if body.has("items") { body } else { &info };
            let items = items.list_optional("items", Item::read_named);
            let cross_reference_id = info.text_optional("merchantCrossReferenceId", TEXT_MAX);
            let customer = info.first_of(&["customerDetails", "customerDetail"]);
            let customer_details = info.object_optional(customer, CustomerDetails::read);
            let valid_up_to =
                info.timestamp_optional("validUpTo").or_else(|| body.timestamp_optional("validUpTo"));
            let metadata = info.any_object_optional("metadata");
            Some(Self {
                partner_reference_no: partner_reference_no?,
                merchant_id: merchant_id?,
                title,
                pay_option: pay_option?,
                items,
                cross_reference_id,
                customer_details,
                valid_up_to,
                metadata,
            })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        let items = (!self.items.is_empty()).then(|| array(&self.items, Item::write));
        let info = Object::new()
            .with("payOptionDetails", vec![self.pay_option.write()])
            .with_some("merchantCrossReferenceId", self.cross_reference_id.as_deref())
            .with_some("customerDetails", self.customer_details.as_ref().map(CustomerDetails::write))
            .with_some("validUpTo", self.valid_up_to.map(Timestamp::to_snap))
            .with_some("metadata", self.metadata.clone());
        Object::new()
            .with("partnerReferenceNo", self.partner_reference_no.as_str())
            .with("merchantId", self.merchant_id.as_str())
            .with("amount", money(self.pay_option.amount))
            .with_some("title", self.title.as_deref())
            .with_some("items", items)
            .with("additionalInfo", info)
            .into()
    }
}

/// The money is reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthPaymentAnswer {
    /// The gateway's id of the authorization.
    pub reference_no: Option<ReferenceNo>,
    /// The merchant's order id.
    pub partner_reference_no: Option<PartnerReferenceNo>,
    /// `transactionTime`, also `paidTime`: when the money was reserved. Nothing is paid before the capture.
    pub transaction_at: Option<Timestamp>,
    /// `amount`, also `grossAmount`: what is reserved.
    pub amount: Option<Money>,
    /// `transactionStatus`: initiated; success would mean captured at once.
    pub status: Option<TransactionStatus>,
    /// `fraudStatus`: `accept` or `deny`.
    pub fraud_status: Option<String>,
    /// What the money is reserved of.
    pub used_options: Vec<UsedOption>,
    /// `paymentType`, such as `GOPAY`.
    pub payment_type: Option<String>,
    /// Until when it can be captured.
    pub valid_up_to: Option<Timestamp>,
}

impl AuthPaymentAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let info = body.section("additionalInfo");
            let amount = info.money_optional("amount").or_else(|| info.money_optional("grossAmount"));
            // The contract's sample has a bare text.
            let bare = || info.parsed_optional("grossAmount", AMOUNT_TEXT_MAX, Money::parse_idr);
            let transaction_at = info.timestamp_optional("transactionTime");
            Some(Self {
                reference_no: body.id_optional("referenceNo", ReferenceNo::LENGTH_MAX),
                partner_reference_no: body.id_optional("partnerReferenceNo", PartnerReferenceNo::LENGTH_MAX),
                transaction_at: transaction_at.or_else(|| body.timestamp_optional("paidTime")),
                amount: amount.or_else(bare),
                status: info.parsed_optional("transactionStatus", TEXT_MAX, transaction_status::parse),
                fraud_status: info.text_optional("fraudStatus", TEXT_MAX),
                used_options: UsedOption::read_all(&info),
                payment_type: info.text_optional("paymentType", TEXT_MAX),
                valid_up_to: info.timestamp_optional("validUpTo"),
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let transaction_at = self.transaction_at.map(Timestamp::to_snap);
        let info = Object::new()
            .with_some("amount", self.amount.map(money))
            .with_some("grossAmount", self.amount.map(money))
            .with_some("currency", self.amount.map(|amount| amount.currency().code()))
            .with_some("transactionTime", transaction_at.as_deref())
            .with_some("transactionStatus", self.status.map(TransactionStatus::code))
            .with_some("fraudStatus", self.fraud_status.as_deref())
            .with("payOptionDetails", array(&self.used_options, UsedOption::write_twice))
            .with("userPaymentDetails", array(&self.used_options, UsedOption::write))
            .with_some("paymentType", self.payment_type.as_deref())
            .with_some("validUpTo", self.valid_up_to.map(Timestamp::to_snap));
        success(Service::AuthPayment)
            .with_some("referenceNo", self.reference_no.as_ref().map(ReferenceNo::as_str))
            .with_some(
                "partnerReferenceNo",
                self.partner_reference_no.as_ref().map(PartnerReferenceNo::as_str),
            )
            .with_some("paidTime", transaction_at)
            .with("additionalInfo", info)
            .into()
    }
}
