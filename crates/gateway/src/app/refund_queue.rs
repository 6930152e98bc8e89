//! Where refunds of one merchant wait for each other.
//!
//! The store lets one refund of a merchant through at a time: the others lose a race and are decided anew. Waiting here
//! keeps a merchant that sends many at once from losing most of them. It is a courtesy within one process; what keeps
//! the money right, whoever else refunds, is the guard in the store.

use std::hash::{BuildHasher, RandomState};

use lunas_vocab::MerchantId;
use tokio::sync::{Mutex, MutexGuard};

/// How many merchants can refund at the same time, if chance does not send two of them to the same place.
const PLACES: usize = 32;

/// Where refunds wait.
#[derive(Debug, Default)]
pub struct RefundQueue {
    places: [Mutex<()>; PLACES],
    hasher: RandomState,
}

impl RefundQueue {
    /// Waits until no other refund of the merchant is being decided in this process; the turn ends when it is dropped.
    pub async fn turn(&self, merchant: &MerchantId) -> MutexGuard<'_, ()> {
        let places = u64::try_from(PLACES).unwrap_or(u64::MAX);
        let place = usize::try_from(self.hasher.hash_one(merchant) % places).unwrap_or(0);
        self.places[place].lock().await
    }
}
