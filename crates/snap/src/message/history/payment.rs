//! What the detail of a payment adds: what the charge sent along, and what was given back.

use lunas_vocab::{Money, Timestamp};

use crate::field::Reader;
use crate::json::{Object, Value};
use crate::message::debit_payment::{Address, CustomerDetails, Item};
use crate::message::{array, money};

/// The most characters of a text here.
const TEXT_MAX: usize = 256;

/// `payment` of a transaction's detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryPayment {
    /// `expiryTime`: until when it can or could be paid.
    pub expires_at: Timestamp,
    /// Which interface opened it; the contract's word for all of this gateway is `core_api`.
    pub source: String,
    /// `gopayPaymentOption`: what it was paid with, if that was GoPay.
    pub gopay_option: Option<String>,
    /// The two sides of a payment by code, once it was paid.
    pub qris: Option<HistoryQris>,
    /// The number that was to be paid to, if the payment is one into a virtual account.
    pub transfer: Option<HistoryTransfer>,
    /// What was given back. An empty list is not written.
    pub refunds: Vec<HistoryRefund>,
    /// Who buys, as the charge told it. The contract shows name, phone number and e-mail address, and beside them the
    /// address the goods go to; the address of the bill is not shown.
    pub customer: Option<CustomerDetails>,
    /// What is bought, as the charge told it. An empty list is not written.
    pub items: Vec<Item>,
}

impl HistoryPayment {
    pub(in crate::message) fn read(payment: &Reader<'_>) -> Option<Self> {
        let expires_at = payment.timestamp("expiryTime");
        let shipping_address = payment.object_optional("shippingAddress", Address::read);
        let customer = payment.object_optional("customer", CustomerDetails::read);
        let customer = match (customer, shipping_address) {
            (None, None) => None,
            (customer, shipping_address) => Some(CustomerDetails {
                shipping_address,
                billing_address: None,
                ..customer.unwrap_or_default()
            }),
        };
        Some(Self {
            expires_at: expires_at?,
            source: payment.text_optional("source", TEXT_MAX).unwrap_or_default(),
            gopay_option: payment.text_optional("gopayPaymentOption", TEXT_MAX),
            qris: HistoryQris::read(payment),
            transfer: HistoryTransfer::read(payment),
            refunds: payment.list_optional("refunds", HistoryRefund::read),
            customer,
            items: payment.list_optional("items", Item::read),
        })
    }

    pub(in crate::message) fn write(&self) -> Value {
        let customer = self.customer.as_ref();
        let who = customer.map(|customer| {
            let shown = CustomerDetails { billing_address: None, shipping_address: None, ..customer.clone() };
            shown.write()
        });
        let shipping_address = customer.and_then(|customer| customer.shipping_address.as_ref());
        let refunds = (!self.refunds.is_empty()).then(|| array(&self.refunds, HistoryRefund::write));
        let items = (!self.items.is_empty()).then(|| array(&self.items, Item::write));
        let payment = Object::new()
            .with("expiryTime", self.expires_at.to_snap())
            .with("source", self.source.as_str())
            .with_some("gopayPaymentOption", self.gopay_option.as_deref());
        let payment = match &self.qris {
            Some(qris) => qris.write(payment),
            None => payment,
        };
        let payment = match &self.transfer {
            Some(transfer) => transfer.write(payment),
            None => payment,
        };
        payment
            .with_some("refunds", refunds)
            .with_some("customer", who.filter(|who| who.as_object().is_some_and(|who| !who.is_empty())))
            .with_some("shippingAddress", shipping_address.map(Address::write))
            .with_some("items", items)
            .into()
    }
}

/// Who stands on either side of a payment by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryQris {
    /// `qrisOnUs`: one company is both.
    pub is_on_us: bool,
    /// `qrisIssuer`: whose customer paid.
    pub issuer: String,
    /// `qrisAcquirer`: whose merchant was paid.
    pub acquirer: String,
}

impl HistoryQris {
    fn read(payment: &Reader<'_>) -> Option<Self> {
        let issuer = payment.text_optional("qrisIssuer", TEXT_MAX);
        let acquirer = payment.text_optional("qrisAcquirer", TEXT_MAX);
        let is_on_us = matches!(payment.value("qrisOnUs"), Some(Value::Bool(true)));
        Some(Self { is_on_us, issuer: issuer?, acquirer: acquirer? })
    }

    fn write(&self, to: Object) -> Object {
        to.with("qrisOnUs", self.is_on_us)
            .with("qrisIssuer", self.issuer.as_str())
            .with("qrisAcquirer", self.acquirer.as_str())
    }
}

/// The number that a transfer goes to, and what its bank makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryTransfer {
    /// `virtualAccountNumber`, without blanks.
    pub virtual_account_number: String,
    /// `bniVaType`: `fixed_payment`, or `open_payment` where other amounts will do.
    pub bni_va_type: Option<String>,
    /// `mandiriBillKey`: the number behind the company's code.
    pub mandiri_bill_key: Option<String>,
    /// `mandiriBillInfos`: labels and values, one after the other. An empty list is not written.
    pub mandiri_bill_infos: Vec<String>,
}

impl HistoryTransfer {
    fn read(payment: &Reader<'_>) -> Option<Self> {
        Some(Self {
            virtual_account_number: payment.text_optional("virtualAccountNumber", TEXT_MAX)?,
            bni_va_type: payment.text_optional("bniVaType", TEXT_MAX),
            mandiri_bill_key: payment.text_optional("mandiriBillKey", TEXT_MAX),
            mandiri_bill_infos: payment.texts_optional("mandiriBillInfos", TEXT_MAX),
        })
    }

    fn write(&self, to: Object) -> Object {
        let infos = &self.mandiri_bill_infos;
        let infos = (!infos.is_empty()).then(|| array(infos, |info| info.as_str().into()));
        to.with("virtualAccountNumber", self.virtual_account_number.as_str())
            .with_some("bniVaType", self.bni_va_type.as_deref())
            .with_some("mandiriBillKey", self.mandiri_bill_key.as_deref())
            .with_some("mandiriBillInfos", infos)
    }
}

/// One refund of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRefund {
    /// The gateway's id.
    pub id: String,
    /// What was given back.
    pub amount: Money,
    /// Why, in the merchant's words.
    pub reason: Option<String>,
    /// `createdTime`: when it was asked for.
    pub created_at: Timestamp,
    /// `bankConfirmedTime`: when it was carried out.
    pub confirmed_at: Option<Timestamp>,
    /// `cancelledTime`: when it was called off.
    pub cancelled_at: Option<Timestamp>,
}

impl HistoryRefund {
    fn read(refund: &Reader<'_>) -> Option<Self> {
        let id = refund.text("id", TEXT_MAX);
        let amount = refund.money("amount");
        let created_at = refund.timestamp("createdTime");
        Some(Self {
            id: id?,
            amount: amount?,
            reason: refund.text_optional("reason", TEXT_MAX),
            created_at: created_at?,
            confirmed_at: refund.timestamp_optional("bankConfirmedTime"),
            cancelled_at: refund.timestamp_optional("cancelledTime"),
        })
    }

    fn write(&self) -> Value {
        Object::new()
            .with("id", self.id.as_str())
            .with("amount", money(self.amount))
            .with_some("reason", self.reason.as_deref())
            .with("createdTime", self.created_at.to_snap())
            .with_some("bankConfirmedTime", self.confirmed_at.map(Timestamp::to_snap))
            .with_some("cancelledTime", self.cancelled_at.map(Timestamp::to_snap))
            .into()
    }
}
