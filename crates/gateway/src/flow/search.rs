//! Searching for what was answered: that it is not there is said only when it is certain.
//!
//! On a distributed store an answered change may be unseen for a while, if a machine that has its rows fell during the
//! commit. Whoever was told of a payment must not hear then that there is none.

use lunas_store::{Store, Unavailable};

use super::{Error, Family};

/// What a search finds in a store. One that finds nothing is made again once it is known that nothing is in doubt.
pub(super) async fn certain<T, R, F>(store: &Store, search: impl Fn() -> F) -> Result<T, Error<R>>
where
    R: Family,
    F: Future<Output = Result<T, Error<R>>>,
{
    if store.is_distributed() { searched(search, store.in_doubt()).await } else { search().await }
}

async fn searched<T, R, F>(
    search: impl Fn() -> F,
    in_doubt: impl Future<Output = Result<bool, Unavailable>>,
) -> Result<T, Error<R>>
where
    R: Family,
    F: Future<Output = Result<T, Error<R>>>,
{
    match search().await {
        Err(Error::Refused(refusal)) if refusal.is_absence() => {
            if in_doubt.await? {
                return Err(Error::InDoubt);
            }
            // What ended in between can be seen now.
            search().await
        }
        found => found,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Refusal {
        Absent,
        Other,
    }

    impl Family for Refusal {
        fn is_absence(&self) -> bool {
            *self == Self::Absent
        }
    }

    #[tokio::test]
    async fn nothing_is_not_there_while_something_is_in_doubt() {
        type Found = Result<u32, Error<Refusal>>;
        // What each search finds, the last of them from then on, and whether something is in doubt, if that is asked.
        let check = async |finds: &[Found], doubt: Option<bool>, expected: Found| {
            let (made, asked) = (Cell::new(0), Cell::new(false));
            let search = || {
                made.set(made.get() + 1);
                std::future::ready(finds[made.get() - 1].clone())
            };
            let in_doubt = async {
                asked.set(true);
                Ok(doubt.unwrap_or_default())
            };
            let found = searched(search, in_doubt).await;
            let asks = (made.get(), asked.get());
            assert_eq!((found, asks), (expected, (finds.len(), doubt.is_some())), "{finds:?} {doubt:?}");
        };
        let absent = || Err(Error::Refused(Refusal::Absent));
        let other = || Err(Error::Refused(Refusal::Other));
        check(&[Ok(1)], None, Ok(1)).await;
        check(&[other()], None, other()).await;
        check(&[absent()], Some(true), Err(Error::InDoubt)).await;
        check(&[absent(), absent()], Some(false), absent()).await;
        check(&[absent(), Ok(1)], Some(false), Ok(1)).await;
        check(&[Err(Error::OutcomeUnknown)], None, Err(Error::OutcomeUnknown)).await;
    }
}
