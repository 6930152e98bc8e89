//! Virtual account delete (31): a merchant closes an account that nobody has paid into.

use lunas_vocab::{MerchantId, TrxId};

use super::success;
use super::va_account;
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;
use crate::virtual_account::Number;

/// Names the account to close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteRequest {
    /// Its number.
    pub number: Number,
    /// The merchant's id of the account.
    pub trx_id: TrxId,
    /// Whose account it is.
    pub merchant_id: MerchantId,
}

impl DeleteRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let number = va_account::number(body);
            let trx_id = body.id("trxId", TrxId::LENGTH_MAX);
            let info = body.section("additionalInfo");
            let merchant_id = va_account::merchant_id(&info);
            Some(Self { number: number?, trx_id: trx_id?, merchant_id: merchant_id? })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        va_account::write_number(Object::new(), &self.number)
            .with("trxId", self.trx_id.as_str())
            .with("additionalInfo", Object::new().with("merchantId", self.merchant_id.as_str()))
            .into()
    }
}

/// The account is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteAnswer {
    /// Its number.
    pub number: Number,
    /// The merchant's id of the account.
    pub trx_id: TrxId,
    /// Whose account it was. Written inside `virtualAccountData`, read there or beside.
    pub merchant_id: Option<MerchantId>,
}

impl DeleteAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let beside = va_account::merchant_id_optional(&body.section("additionalInfo"));
            body.object("virtualAccountData", |account| {
                let number = va_account::number(account);
                let trx_id = account.id("trxId", TrxId::LENGTH_MAX);
                let inside = va_account::merchant_id_optional(&account.section("additionalInfo"));
                Some(Self { number: number?, trx_id: trx_id?, merchant_id: inside.or(beside) })
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let info = self.merchant_id.as_ref().map(|id| Object::new().with("merchantId", id.as_str()));
        let account = va_account::write_number(Object::new(), &self.number)
            .with("trxId", self.trx_id.as_str())
            .with_some("additionalInfo", info);
        success(Service::VaDelete).with("virtualAccountData", account).into()
    }
}
