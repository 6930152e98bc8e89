//! The merchant's look back: a page of its transactions, or one of them.

use lunas_snap::code::Case;
use lunas_snap::field::FieldError;
use lunas_snap::json::Value;
use lunas_snap::message::history_detail::{HistoryDetailAnswer, HistoryDetailRequest};
use lunas_snap::message::history_list::{HistoryListAnswer, HistoryListRequest};
use lunas_snap::service::Service;

use super::{CallOptions, Client};
use crate::Error;
use crate::retry::Effect;

impl Client {
    /// Finds transactions, a page at a time. The page behind the last one is empty.
    pub async fn history_list(&self, request: &HistoryListRequest) -> Result<HistoryListAnswer, Error> {
        self.look(Service::HistoryList, &request.write(), HistoryListAnswer::read).await
    }

    /// Looks at one transaction.
    pub async fn history_detail(&self, request: &HistoryDetailRequest) -> Result<HistoryDetailAnswer, Error> {
        self.look(Service::HistoryDetail, &request.write(), HistoryDetailAnswer::read).await
    }

    /// These services take an id once a day. An answer that was lost on the way took the call's id with it, and then
    /// the attempt that follows it is a conflict: the look, which changes nothing, is made again under a new id.
    async fn look<A>(
        &self,
        service: Service,
        body: &Value,
        read: fn(&Value) -> Result<A, FieldError>,
    ) -> Result<A, Error> {
        let first = self.call(service, Effect::Reads, body, CallOptions::default(), read).await;
        match first {
            Err(error) if error.case() == Some(Case::Conflict) => {
                self.call(service, Effect::Reads, body, CallOptions::default(), read).await
            }
            first => first,
        }
    }
}
