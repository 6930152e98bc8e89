//! Virtual account delete (31): a merchant closes an account that nobody has paid into.

use lunas_vocab::{MerchantId, TrxId};

use super::message;
use super::va_account::{OneMerchant, Padded};
use crate::virtual_account::Number;

message! {
    /// Names the account to close.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DeleteRequest: request {
        /// Its number.
        pub number: Number as Padded => "";
        /// your id of the account; it has to be of this number
        pub trx_id: TrxId => "trxId";
        /// your MID
        pub merchant_id: MerchantId as OneMerchant => "additionalInfo.merchantId", or "additionalInfo.merchant_id";
    }
}

message! {
    /// The account is closed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DeleteAnswer: answer VaDelete {
        /// Its number.
        pub number: Number as Padded => "virtualAccountData";
        /// your id of the account
        pub trx_id: TrxId => "virtualAccountData.trxId";
        /// your MID
        pub merchant_id: Option<MerchantId> => "virtualAccountData.additionalInfo.merchantId",
            or "virtualAccountData.additionalInfo.merchant_id", or "additionalInfo.merchantId", or "additionalInfo.merchant_id";
    }
}
