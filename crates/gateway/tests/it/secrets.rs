//! No credential lies in the store as it is: whoever has a copy of the store can sign for nobody and charge nobody.

use std::path::Path;

use crate::kit::{Gateway, Options, sample};
use lunas_cluster::Database;
use lunas_snap::service::Service;
use serde_json::{Value, json};

use crate::codes::{call, right_body};
use crate::linked_payment::Account;
use crate::linking::{HAPPY, consented};
use crate::world::options;

/// Everything in the store, as text: the files of SQLite, or every row of PostgreSQL.
fn stored(database: Option<&Database>, directory: &Path) -> Vec<u8> {
    if let Some(database) = database {
        // Blobs come as digits, in capitals.
        return database.sql("set xmlbinary = hex; select database_to_xml(true, false, '')").into_bytes();
    }
    let files = std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path());
    let is_store =
        |path: &std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with("lunas.db");
    files.filter(is_store).flat_map(|path| std::fs::read(path).unwrap()).collect()
}

fn holds(stored: &[u8], text: &str) -> bool {
    let digits = lunas_vocab::hex(text.as_bytes()).to_uppercase();
    [text, &digits].iter().any(|text| {
        let text = text.as_bytes();
        stored.windows(text.len()).any(|window| window == text)
    })
}

/// Every text of an answer or of a body that is called a token or a code.
fn credentials(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.to_lowercase();
                let is_credential = ["token", "authcode", "secret"].iter().any(|word| name.ends_with(word));
                match value.as_str() {
                    Some(text) if is_credential && text.len() > 8 => found.push(text.to_owned()),
                    _ => credentials(value, found),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| credentials(element, found)),
        _ => {}
    }
}

#[tokio::test]
async fn m10_no_credential_of_any_call_lies_in_the_store() {
    for service in Service::ALL.iter().copied().filter(|service| service.inbound()) {
        if matches!(service, Service::AuthCode | Service::AccessTokenB2b) {
            continue;
        }
        let database = Database::if_chosen();
        let store = database.as_ref().map(Database::address);
        let gateway = Gateway::start_with(Options { store, ..options() }).await;
        let body = right_body(&gateway, service).await;
        let answer = call(&gateway, service, &body).send().await;
        assert_eq!(answer.status, 200, "{service:?} {}", answer.verdict());
        let mut canaries = vec![gateway.token().await, gateway.token_of(&gateway.bank).await];
        canaries
            .extend([&gateway.merchant, &gateway.bank].map(|caller| caller.client_secret.expose().clone()));
        canaries.extend(
            body.as_object().unwrap().get("customer token").and_then(Value::as_str).map(str::to_owned),
        );
        credentials(&body, &mut canaries);
        credentials(&answer.json(), &mut canaries);
        if service == Service::DebitPayment {
            gateway.receiver.next().await;
            canaries.extend(linked(&gateway).await);
        }
        gateway.all_told().await;
        let stored = stored(database.as_ref(), gateway.data_dir());
        assert!(holds(&stored, "G000000001"), "what is stored was not found");
        for canary in canaries {
            assert!(!holds(&stored, &canary), "{service:?}: {canary} lies in the store");
        }
        gateway.finish().await;
    }
}

/// Links an account and charges it; gives the code, the tokens and the text of the token in the charge.
async fn linked(gateway: &Gateway) -> Vec<String> {
    let mut canaries = Vec::new();
    let code = consented(gateway, HAPPY).await;
    let account = Account::link(gateway, HAPPY).await;
    let mut body = account.payment("order-2", "10000.00");
    body["additionalInfo"]["metadata"] = json!({"note": "kept"});
    let charged = gateway.pay(&body).customer(&account.token).send().await;
    assert_eq!(charged.code(), "2005400", "{}", charged.verdict());
    credentials(&body, &mut canaries);
    let mut redirect = sample::payment("order-3");
    redirect["chargeToken"] = json!("a-charge-token-of-a-merchant");
    assert_eq!(gateway.pay(&redirect).send().await.code(), "2005400");
    canaries.extend([code, account.token, "a-charge-token-of-a-merchant".to_owned()]);
    canaries
}
