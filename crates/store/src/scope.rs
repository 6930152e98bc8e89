//! Whose rows a query may see.

use lunas_vocab::MerchantId;

use crate::value::Value;

/// Whose rows a query may see. Every query over rows that belong to a merchant takes one, so that leaving the merchant
/// out is a decision somebody wrote down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// The rows of one merchant; everybody else's do not exist.
    Merchant(&'a MerchantId),
    /// Every row: the gateway itself, its customers' pages and its operators.
    System,
}

impl<'a> Scope<'a> {
    /// The parameter that statements compare with `merchant_id`: null compares with everything.
    pub(crate) fn value(self) -> Value<'a> {
        match self {
            Self::Merchant(merchant) => Value::Text(merchant.as_str()),
            Self::System => Value::Null,
        }
    }
}
