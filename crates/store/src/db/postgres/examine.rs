//! Looks at a database's servers: each of them answers, keeps what it has answered and knows the time; and on a cluster of
//! Citus everything lies where it should, and nothing stays in doubt. It changes nothing.

use std::time::Duration;

use lunas_vocab::Timestamp;

use super::address::Target;
use super::distribute::{self, LIES, NO_COORDINATOR, NO_WORKERS, SETTINGS};
use super::failure::Error;
use super::session::Session;
use crate::Finding;

/// How far the clock of a server may be from the caller's.
const CLOCK_MAX: Duration = Duration::from_secs(2);

/// What each node says besides [`SETTINGS`]: what it does before it answers, what its log is good for, its time in milliseconds, and how many
/// commits of a cluster it has had prepared for longer than so many milliseconds.
const NODE: &str = "|| ' ' || current_setting('fsync') || ' ' || current_setting('full_page_writes') || ' '
    || current_setting('wal_level') || ' '
    || cast(extract(epoch from clock_timestamp()) * 1000 as bigint) || ' ' || (select count(*) from pg_prepared_xacts
    where database = current_database() and gid like 'citus%' and prepared < now() - interval '1 millisecond' * ";

/// Nodes that are known and not asked for anything.
const DISABLED: &str = "select nodename || ':' || nodeport from pg_dist_node
    where noderole = 'primary' and not isactive order by 1";

/// How many shards of distributed tables each node has that takes some.
const SHARDS: &str = "select n.nodename || ':' || n.nodeport, coalesce(c.shards, 0) from pg_dist_node n
    left join (select p.groupid, count(*) as shards from pg_dist_placement p
        join pg_dist_shard s on s.shardid = p.shardid
        join pg_dist_partition t on t.logicalrelid = s.logicalrelid and t.partmethod = 'h' group by p.groupid) c
    on c.groupid = n.groupid
    where n.noderole = 'primary' and n.isactive and n.shouldhaveshards order by 1";

/// Everything that can be found out on a connection to the database; `clock` is the caller's.
pub(super) async fn examine(target: &Target, clock: impl Fn() -> Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Why nobody is let in is told by whoever opens the store.
    let Ok(session) = Session::open_plain(target).await else { return findings };
    if let Err(error) = examined(&session, clock, &mut findings).await {
        let remedy = "look into its log, and run this again";
        findings.push(Finding::wrong("server", format!("it could not be examined: {error}"), remedy));
    }
    findings
}

async fn examined(
    session: &Session,
    clock: impl Fn() -> Timestamp,
    findings: &mut Vec<Finding>,
) -> Result<(), Error> {
    let recovery_ms = distribute::recovery_ms(session).await?;
    let says = format!("{SETTINGS} {NODE} {})", recovery_ms.max(0));
    let before = clock();
    let nodes = if session.is_citus() {
        distribute::on_nodes(session, &says).await?
    } else {
        let said = distribute::text(session, &says, &[]).await?.unwrap_or_default();
        vec![(session.server().to_string(), Ok(said))]
    };
    let during = (before, clock());
    for (node, said) in nodes {
        let about = format!("node {node}");
        match said {
            Err(reason) => findings.push(silent(about, &reason)),
            Ok(said) => findings.extend(node_of(&about, &said, session.is_citus(), during)),
        }
    }
    if session.is_citus() {
        cluster(session, recovery_ms, findings).await?;
    }
    Ok(())
}

/// A node that does not answer.
fn silent(about: String, reason: &str) -> Finding {
    let says = format!("it does not answer the coordinator: {reason}");
    Finding::wrong(about, says, "start it, or see that the coordinator reaches it")
}

/// What a node has said of itself.
fn node_of(about: &str, said: &str, is_citus: bool, during: (Timestamp, Timestamp)) -> Vec<Finding> {
    let words: Vec<&str> = said.split_whitespace().collect();
    let [commit, prepared, connections, fsync, full_pages, wal_level, now_ms, in_doubt] = words[..] else {
        return vec![silent(about.to_owned(), &format!("it says `{said}` of itself"))];
    };
    let mut findings = Vec::new();
    let mut wrong = |says: String, remedy: String| findings.push(Finding::wrong(about, says, remedy));
    if is_citus && let Err(flaw) = distribute::lasts(&format!("{commit} {prepared} {connections}")) {
        wrong(format!("it has {}", flaw.says), flaw.remedy);
    }
    for (name, value, lost) in [
        ("fsync", fsync, "a loss of power loses what was answered"),
        ("full_page_writes", full_pages, "a loss of power leaves torn pages behind"),
    ] {
        if value == "off" {
            let remedy = format!("there: `alter system set {name} = 'on'; select pg_reload_conf()`");
            wrong(format!("it has {name} = off: {lost}"), remedy);
        }
    }
    if is_citus && wal_level != "logical" {
        wrong(
            format!("it has wal_level = {wal_level}: no shard can be moved while it is written to"),
            "there: `alter system set wal_level = 'logical'`, and start it anew".to_owned(),
        );
    }
    let now_ms: i64 = now_ms.parse().unwrap_or_default();
    let (before, after) = (during.0.ms(), during.1.ms());
    let off_by = (before - now_ms).max(now_ms - after).max(0);
    if u128::from(off_by.unsigned_abs()) > CLOCK_MAX.as_millis() {
        let direction = if now_ms < before { "behind" } else { "ahead of" };
        let says = format!("its clock is {off_by} ms {direction} this machine's");
        wrong(says, "keep both by NTP".to_owned());
    }
    if in_doubt != "0" {
        let says = format!(
            "it has {in_doubt} commits prepared for longer than recovery takes: their rows are locked and not seen"
        );
        wrong(says, "on the coordinator: `select recover_prepared_transactions()`".to_owned());
    }
    if findings.is_empty() {
        findings.push(Finding::fine(about, "it answers, keeps what it has answered, and its clock is right"));
    }
    findings
}

/// What the coordinator knows of its cluster.
async fn cluster(session: &Session, recovery_ms: i64, findings: &mut Vec<Finding>) -> Result<(), Error> {
    let about = "cluster";
    if distribute::number(session, distribute::IS_COORDINATOR).await? != Some(1) {
        findings.push(Finding::wrong(about, NO_COORDINATOR.0, NO_COORDINATOR.1));
        return Ok(());
    }
    if distribute::number(session, distribute::WORKERS).await? == Some(0) {
        findings.push(Finding::wrong(about, NO_WORKERS.0, NO_WORKERS.1));
    }
    findings.push(match distribute::recovers(recovery_ms) {
        Ok(()) => {
            Finding::fine("recovery", format!("what is in doubt is looked after every {recovery_ms} ms"))
        }
        Err(flaw) => Finding::wrong("recovery", flaw.says, flaw.remedy),
    });
    let disabled = session.prepared(DISABLED).await?;
    for row in session.query(&disabled, &[]).await? {
        let node: String = row.try_get(0)?;
        let (host, port) = node.rsplit_once(':').unwrap_or_default();
        let remedy = format!(
            "once it is well: `select citus_activate_node('{host}', {port})`; if it will not be: `select citus_remove_node('{host}', {port})`"
        );
        findings.push(Finding::wrong(format!("node {node}"), "it is disabled", remedy));
    }
    tables(session, findings).await?;
    let shards = session.prepared(SHARDS).await?;
    let mut counts: Vec<(String, i64)> = Vec::new();
    for row in session.query(&shards, &[]).await? {
        counts.push((row.try_get(0)?, row.try_get(1)?));
    }
    findings.push(balance(&counts));
    Ok(())
}

/// Whether every table lies as `lunas migrate --distribute` lays it.
async fn tables(session: &Session, findings: &mut Vec<Finding>) -> Result<(), Error> {
    let (mut count, mut elsewhere) = (0, 0);
    for (table, wanted) in distribute::layout() {
        let found = distribute::text(session, LIES, &[table]).await?;
        count += 1;
        if found.as_deref() == Some(wanted) {
            continue;
        }
        elsewhere += 1;
        let how = found.as_deref().map_or("on the coordinator alone".to_owned(), distribute::told);
        let says = format!("it lies {how} and should lie {}", distribute::told(wanted));
        let take_back = format!("`select undistribute_table('{table}')` and then ");
        let take_back = if found.is_some() { take_back.as_str() } else { "" };
        let remedy = format!("stop the gateways; {take_back}`lunas migrate --distribute`");
        findings.push(Finding::wrong(format!("table {table}"), says, remedy));
    }
    if elsewhere == 0 {
        findings.push(Finding::fine("tables", format!("all {count} lie where they should")));
    }
    Ok(())
}

/// Whether each node has a fair part of the shards. What matters is that a new node is used, so twice as many on one as
/// on another are still fair.
fn balance(counts: &[(String, i64)]) -> Finding {
    let listed: Vec<String> = counts.iter().map(|(node, shards)| format!("{node} has {shards}")).collect();
    let says = listed.join(", ");
    let (least, most) = counts
        .iter()
        .fold((i64::MAX, 0), |(least, most), (_, shards)| (least.min(*shards), most.max(*shards)));
    if least.saturating_mul(2) >= most {
        return Finding::fine("shards", says);
    }
    let remedy =
        "on the coordinator: `select citus_rebalance_start()`, which moves shards while traffic goes on";
    Finding::wrong("shards", format!("they lie unevenly: {says}"), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_node_says_of_itself_is_judged() {
        let at = Timestamp::from_ms(1_000_000);
        let check = |said: &str, is_citus: bool, expected: &[&str]| {
            let found = node_of("node w1:5432", said, is_citus, (at, at.plus(Duration::from_millis(10))));
            let told: Vec<String> =
                found.iter().filter(|finding| finding.is_wrong()).map(ToString::to_string).collect();
            assert_eq!(told.len(), expected.len(), "{said}: {told:?}");
            assert_eq!(found.len(), told.len().max(1), "{said}: {found:?}");
            for (told, words) in told.iter().zip(expected) {
                assert!(told.contains(words), "{said}: {told} lacks {words}");
            }
        };
        check("on 200 200 on on logical 1000005 0", true, &[]);
        check("on 0 200 on on replica 998001 0", false, &[]);
        check("on 0 200 on on logical 1000005 0", true, &["max_prepared_transactions = 0"]);
        check("on 200 200 off off logical 1000005 0", false, &["fsync = off", "full_page_writes = off"]);
        check("on 200 200 on on replica 1000005 0", true, &["wal_level = replica"]);
        check("on 200 200 on on logical 997000 0", true, &["3000 ms behind"]);
        check("on 200 200 on on logical 1002011 0", true, &["2001 ms ahead of"]);
        check("on 200 200 on on logical 1000005 2", true, &["2 commits prepared"]);
        check("on", true, &["says `on`"]);
    }

    #[test]
    fn an_empty_node_is_told_and_a_little_less_is_not() {
        let check = |shards: &[i64], expected: bool| {
            let counts: Vec<(String, i64)> =
                (1..).zip(shards).map(|(n, shards)| (format!("w{n}:5432"), *shards)).collect();
            let found = balance(&counts);
            assert_eq!(found.is_wrong(), expected, "{shards:?}: {found}");
            assert!(shards.is_empty() || found.says.contains("w1:5432 has "), "{found}");
        };
        check(&[], false);
        check(&[12, 12], false);
        check(&[12, 6], false);
        check(&[12, 5], true);
        check(&[12, 12, 0], true);
    }
}
