//! Balance inquiry (11): a merchant asks what it is owed.
//!
//! The documents that the other services follow do not have it. Its members are those of the standard's own dictionary,
//! which the payment association (ASPI) publishes; what each of them says of a merchant's account is Lunas's.

use lunas_vocab::{MerchantId, Money, PartnerReferenceNo, Secret};

use super::{array, message};
use crate::field::{Always, Codec, Kind, Need, Reader};
use crate::json::Value;

/// The most characters of a card's token, and of a text of the answer.
const TEXT_MAX: usize = 128;

/// The only type of balance that there is, of the standard's own example.
pub const CASH: &str = "Cash";

/// `registrationStatusCode` and `status` of whoever may call.
pub const ACTIVE: &str = "0001";

message! {
    /// An inquiry. Whose account it is about is said by the access token.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct BalanceRequest: request {
        /// an id of yours; the answer gives it back
        pub partner_reference_no: Option<PartnerReferenceNo> => "partnerReferenceNo";
        /// names an account by a card, which no merchant's has; given no meaning
        pub bank_card_token: Option<Secret<String>> => "bankCardToken", max TEXT_MAX;
        /// your MID. If sent, it must be yours
        pub account_no: Option<MerchantId> => "accountNo";
        /// only balances of these types; all if there is none. Lunas has `Cash` only, and another type finds nothing
        pub balance_types: Vec<String> as BalanceTypes => "balanceTypes", max TEXT_MAX;
    }
}

impl BalanceRequest {
    /// Whether balances of that type are asked for.
    pub fn asks_for(&self, balance_type: &str) -> bool {
        let types = &self.balance_types;
        types.is_empty() || types.iter().any(|asked| asked.eq_ignore_ascii_case(balance_type))
    }
}

/// Types of balances; what is none is no fault.
struct BalanceTypes;

impl Codec for BalanceTypes {
    type Value = Vec<String>;
    const KIND: Kind = Kind::Texts;
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Vec<String>> {
        Some(from.texts_optional(name, max))
    }

    fn write(types: &Vec<String>) -> Option<Value> {
        (!types.is_empty()).then(|| array(types, |word| word.as_str().into()))
    }
}

message! {
    /// One balance of an account.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AccountBalance: part {
        /// `Cash`
        pub balance_type: String => "balanceType", max TEXT_MAX;
        /// what the gateway owes you now: all that customers paid you, less what you gave back
        pub amount: Option<Money> => "amount";
        /// what customers have reserved for you and you have not captured; it is no part of `amount`
        pub float_amount: Option<Money> => "floatAmount";
        /// what of `amount` is withheld: always nothing
        pub hold_amount: Option<Money> => "holdAmount";
        /// what refunds can be made out of now: `amount` without `holdAmount`
        pub available_balance: Option<Money> => "availableBalance";
        /// the balance when the day began; Lunas does not tell it
        pub ledger_balance: Option<Money> => "ledgerBalance";
        /// what may be owed by you: always nothing
        pub current_multilateral_limit: Option<Money> => "currentMultilateralLimit";
        /// `0001`: you are registered
        pub registration_status_code: Option<String> => "registrationStatusCode", max 16;
        /// `0001`: the account is active
        pub status: Option<String> => "status", max 16;
    }
}

message! {
    /// The account and its balances.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct BalanceAnswer: answer BalanceInquiry {
        /// a trace id for support
        pub reference_no: Option<String> => "referenceNo", max TEXT_MAX;
        /// what was sent
        pub partner_reference_no: Option<PartnerReferenceNo> => "partnerReferenceNo";
        /// your MID
        pub account_no: Option<MerchantId> => "accountNo";
        /// the name that customers see
        pub name: Option<String> => "name";
        /// one balance, or none if other types were asked for
        pub balances: Vec<AccountBalance> as Always<AccountBalance> => "accountInfos";
    }
}
