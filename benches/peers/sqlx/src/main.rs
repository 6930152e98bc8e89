//! Payments per second with sqlx: `lunas-bench-sqlx URL [callers] [payments]`.
//!
//! Each payment is one transaction of single statements, as most services write theirs, with the same rows in the same
//! tables as the gateway's. Prints one line: payments per second, and the median and the 99th percentile in microseconds.

use std::error::Error;
use std::time::Instant;

use sqlx::postgres::{PgPool, PgPoolOptions};

type Failure = Box<dyn Error + Send + Sync>;

/// The gateway's own tables.
const TABLES: &str = include_str!("../../../../crates/store/migrations/0001_initial.sql");
const BEGIN_MS: i64 = 1_800_000_000_000;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let url = arguments.first().ok_or("usage: lunas-bench-sqlx URL [callers] [payments]")?;
    let number = |at: usize, default: usize| arguments.get(at).map_or(Ok(default), |text| text.parse());
    let (callers, payments) = (number(1, 64)?, number(2, 50_000)?);
    let pool = PgPoolOptions::new().max_connections(16).connect(url).await?;
    sqlx::raw_sql(&TABLES.replace(" blob", " bytea")).execute(&pool).await?;

    let begin = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..callers {
        let pool = pool.clone();
        tasks.spawn(async move {
            let mut latencies = Vec::with_capacity(payments / callers + 1);
            for n in (caller..payments).step_by(callers) {
                let sent = Instant::now();
                create(&pool, n).await?;
                latencies.push(sent.elapsed().as_micros());
            }
            Ok::<_, Failure>(latencies)
        });
    }
    let mut latencies = Vec::with_capacity(payments);
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done??);
    }
    let took = begin.elapsed().as_micros();
    latencies.sort_unstable();
    let at = |per_mille: usize| latencies.get(latencies.len() * per_mille / 1000).copied().unwrap_or(0);
    println!("{} {} {}", latencies.len() as u128 * 1_000_000 / took.max(1), at(500), at(990));
    Ok(())
}

/// What a create call writes.
async fn create(pool: &PgPool, n: usize) -> Result<(), Failure> {
    let now = BEGIN_MS + i64::try_from(n)?;
    let scattered = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let reference_no = format!("A1{now:017}{n:012}");
    let (merchant, external_id) = (format!("G{:09}", n % 50), format!("{scattered:016x}-{n:012}"));
    let answer = format!("{{\"referenceNo\":\"{reference_no}\",\"pad\":\"{}\"}}", "x".repeat(500));
    let details = format!("{{\"items\":[{{\"name\":\"Kopi susu\",\"sent\":\"{}\"}}]}}", "x".repeat(400));
    let mut transaction = pool.begin().await?;
    sqlx::query("insert into replay (owner, service, external_id, request, body, opened, kept_until,
        taken_at) values ($1, '54', $2, $3, $4, $5, $6, $7)")
        .bind(&merchant).bind(&external_id).bind([7_u8; 32].as_slice()).bind(answer.as_bytes())
        .bind(&reference_no).bind(now + 86_400_000).bind(now).execute(&mut *transaction).await?;
    sqlx::query("insert into notification (id, about, reference_no, version, merchant_id, created_at, state, attempts,
        round_attempts, next_attempt_at, lease_until, holds_back)
        values ($1, 'payment', $2, 1, $3, $4, 'pending', 0, 0, $4, 0, 1)")
        .bind(format!("{now}{n:012}")).bind(&reference_no).bind(&merchant).bind(now)
        .execute(&mut *transaction).await?;
    sqlx::query("insert into payment (reference_no, merchant_id, partner_reference_no, external_id, amount, product,
        method, created_at, valid_up_to, details, status, version, changed_at, refunded)
        values ($1, $2, $3, $4, 1000000, 'direct-debit', 'gopay', $5, $6, $7, '03', 1, $5, 0)")
        .bind(&reference_no).bind(&merchant).bind(format!("order-{n}")).bind(&external_id).bind(now)
        .bind(now + 900_000).bind(details).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}
