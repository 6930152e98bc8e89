//! Faults that were promised to coming calls of a service.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use lunas_gateway::api::Fault;

/// The most faults promised to one service at a time.
const PROMISED_MAX: usize = 1_000;

/// The promises, by the service's digits.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    promised: Mutex<HashMap<String, VecDeque<Fault>>>,
}

impl Faults {
    /// Promises a fault to the next `count` calls of a service, after those promised before.
    pub(crate) fn promise(&self, service: &str, fault: Fault, count: usize) {
        let mut promised = self.promised.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = promised.entry(service.to_owned()).or_default();
        let room = PROMISED_MAX.saturating_sub(queue.len());
        queue.extend(std::iter::repeat_n(fault, count.min(room)));
    }

    /// Takes the fault promised to this call, if there is one.
    pub(crate) fn take(&self, service: &str) -> Option<Fault> {
        self.promised.lock().unwrap_or_else(PoisonError::into_inner).get_mut(service)?.pop_front()
    }

    /// Takes all promises back.
    pub(crate) fn clear(&self) {
        self.promised.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_are_kept_in_order_and_once() {
        let faults = Faults::default();
        faults.promise("54", Fault::Drop, 2);
        faults.promise("54", Fault::InternalServerError, 1);
        assert_eq!(faults.take("55"), None);
        assert_eq!(faults.take("54"), Some(Fault::Drop));
        assert_eq!(faults.take("54"), Some(Fault::Drop));
        assert_eq!(faults.take("54"), Some(Fault::InternalServerError));
        assert_eq!(faults.take("54"), None);
    }
}
