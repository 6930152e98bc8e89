//! The merchant's look at what it is owed.

use lunas_snap::message::balance_inquiry::{BalanceAnswer, BalanceRequest};
use lunas_snap::service::Service;

use super::{CallOptions, Client};
use crate::Error;
use crate::retry::Effect;

impl Client {
    /// Asks what the gateway owes the merchant.
    ///
    /// ```no_run
    /// use lunas_client::balance::BalanceRequest;
    /// # async fn run(client: lunas_client::Client) -> Result<(), lunas_client::Error> {
    /// let answer = client.balance(&BalanceRequest::default()).await?;
    /// for balance in &answer.balances {
    ///     println!("{}: {:?}, reserved {:?}", balance.balance_type, balance.amount, balance.float_amount);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn balance(&self, request: &BalanceRequest) -> Result<BalanceAnswer, Error> {
        let (service, options) = (Service::BalanceInquiry, CallOptions::default());
        self.call(service, Effect::Reads, &request.write(), options, BalanceAnswer::read).await
    }
}
