//! A value that must not reach a log, an error text or a debugger's print-out.

use std::fmt;

/// Wraps a secret so that it cannot be printed; reading it is the named call [`Secret::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Takes a value into custody.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Every call of this name is a place to review.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

/// Prints a placeholder, so that a struct holding a secret may still derive `Debug`.
impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints_its_value() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(format!("{secret:?}"), "<secret>");
        assert_eq!(secret.expose(), "hunter2");
    }
}
