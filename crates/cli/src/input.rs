//! What a command reads: a key or a body from a file, or from stdin where the path is `-`.

use std::io::Read as _;
use std::path::Path;

use lunas_snap::signature::VerifyingKey;

use crate::verdict::Error;

/// The bytes of a file or of stdin.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::because(format!("{} cannot be read", path.display()), source);
    if path != Path::new("-") {
        return std::fs::read(path).map_err(failed);
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// The public key in a file, whatever form it has there.
pub(crate) fn public_key(path: &Path) -> Result<VerifyingKey, Error> {
    VerifyingKey::read(&bytes(path)?)
        .map_err(|source| Error::because(format!("{} is not a key to verify with", path.display()), source))
}

/// The text of a file or of stdin.
pub(crate) fn text(path: &Path) -> Result<String, Error> {
    let not_text = |source| Error::because(format!("{} is not text", path.display()), source);
    String::from_utf8(bytes(path)?).map_err(not_text)
}
