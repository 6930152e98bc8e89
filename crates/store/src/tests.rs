//! Every read statement is good SQL, and names its parameters in the order in which they are bound.

use crate::{
    Store, bank, client, customer, history, ledger, link, merchant, notice, payment, refund, replay, setting,
    upkeep, virtual_account,
};

#[tokio::test]
async fn every_statement_is_prepared_and_counts_its_parameters_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("lunas.db");
    let store = Store::open(path.to_str().unwrap()).await.unwrap();
    let check = |file: &str, source: &str, statements: &[&str]| {
        let written = source.lines().filter(|line| is_statement(line)).count();
        assert_eq!(statements.len(), written, "{file} has statements that its list leaves out");
        for sql in statements {
            let names = store.parameters(sql).unwrap();
            let expected: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
            assert_eq!(names, expected, "{file}: {sql}");
        }
    };
    check("bank", include_str!("bank.rs"), bank::STATEMENTS);
    check("client", include_str!("client.rs"), client::STATEMENTS);
    check("customer", include_str!("customer.rs"), customer::STATEMENTS);
    check("ledger", include_str!("ledger.rs"), ledger::STATEMENTS);
    check("link", include_str!("link.rs"), link::STATEMENTS);
    check("merchant", include_str!("merchant.rs"), merchant::STATEMENTS);
    check("notice", include_str!("notice.rs"), notice::STATEMENTS);
    check("history", include_str!("history.rs"), history::STATEMENTS);
    check("payment", include_str!("payment.rs"), payment::STATEMENTS);
    check("refund", include_str!("refund.rs"), refund::STATEMENTS);
    check("replay", include_str!("replay.rs"), replay::STATEMENTS);
    check("setting", include_str!("setting.rs"), setting::STATEMENTS);
    check("upkeep", include_str!("upkeep.rs"), upkeep::STATEMENTS);
    check("virtual_account", include_str!("virtual_account.rs"), virtual_account::STATEMENTS);
    store.close().await;
}

fn is_statement(line: &str) -> bool {
    line.starts_with("const ") && line.contains(": &str =")
}
