//! A secret that is made and not in force: it is shown first. If nobody could see it, nothing has happened.

use lunas_store::Changes;
use lunas_vocab::Secret;

use super::{Error, Operator};

/// Something with a secret, prepared. It is in force after [`Pending::put_in_force`]; dropped before, it never was.
#[must_use = "nothing is in force yet"]
pub struct Pending<'a, T> {
    pub(super) operator: Operator<'a>,
    pub(super) made: T,
    pub(super) secret: Secret<String>,
    pub(super) changes: Changes,
    pub(super) action: &'static str,
    pub(super) subject: String,
    pub(super) detail: String,
}

impl<T> Pending<'_, T> {
    /// What is made.
    pub fn made(&self) -> &T {
        &self.made
    }

    /// Its secret, to be shown.
    pub fn secret(&self) -> &Secret<String> {
        &self.secret
    }

    /// Makes it count: all of it or nothing.
    pub async fn put_in_force(self) -> Result<(T, Secret<String>), Error> {
        let Self { operator, made, secret, changes, action, subject, detail } = self;
        operator.commit(changes, action, &subject, &detail).await?;
        Ok((made, secret))
    }
}
