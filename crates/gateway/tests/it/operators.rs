//! Operators who change the same thing at once.

use lunas_domain::bank::Bank;
use lunas_domain::merchant::Merchant;
use lunas_gateway::admin::Error;
use lunas_vocab::{BankId, MerchantId};

use crate::business_ids::join_all;
use crate::world::gateway;

/// How many change the same thing at once.
const OPERATORS: usize = 20;

/// How often a change was made; whoever was not quick enough is told to run it again.
fn changes<T: std::fmt::Debug>(outcomes: &[Result<T, Error>], what: &str) -> usize {
    for refused in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        let text = format!(
            "{what} was changed meanwhile by somebody else; nothing of this is done, so run it again"
        );
        assert_eq!(refused.to_string(), text);
    }
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

#[tokio::test]
async fn two_changes_at_once_do_not_undo_each_other() {
    let gateway = gateway().await;
    let operator = gateway.operator();
    let merchant = MerchantId::new(gateway.merchant.id.clone()).unwrap();
    let bank = gateway.app.store.banks_list().await.unwrap().remove(0).id;
    let caller = |at: usize| format!("203.0.113.{at}");
    let of_merchant = |at: usize| {
        operator.merchant_change(&merchant, move |mut merchant: Merchant| {
            merchant.allowed_callers.push(caller(at));
            merchant
        })
    };
    let of_bank = |at: usize| {
        operator.bank_change(&bank, move |mut bank: Bank| {
            bank.allowed_callers.push(caller(at));
            bank
        })
    };
    let merchants = join_all((0..OPERATORS).map(of_merchant)).await;
    let banks = join_all((0..OPERATORS).map(of_bank)).await;
    let merchant_then = gateway.app.store.merchant_find(&merchant).await.unwrap().unwrap();
    let bank_then = gateway.app.store.bank_find(&bank).await.unwrap().unwrap();
    let (done, subject) = (changes(&merchants, &format!("merchant {merchant}")), "merchant");
    assert!(done > 0, "{subject}");
    assert_eq!(merchant_then.allowed_callers.len(), done, "{subject}");
    let done = changes(&banks, &format!("bank {bank}"));
    assert!(done > 0, "bank");
    assert_eq!(bank_then.allowed_callers.len(), done, "bank");
    gateway.operated();
    gateway.finish().await;
}

#[tokio::test]
async fn what_is_not_there_is_not_changed() {
    let gateway = gateway().await;
    let refused =
        gateway.operator().merchant_change(&MerchantId::new("none").unwrap(), |merchant| merchant).await;
    assert_eq!(refused.unwrap_err().to_string(), "there is no merchant none");
    let refused = gateway.operator().bank_change(&BankId::new("none").unwrap(), |bank| bank).await;
    assert_eq!(refused.unwrap_err().to_string(), "there is no bank none");
    gateway.finish().await;
}
