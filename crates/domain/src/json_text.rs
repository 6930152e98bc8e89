//! What a merchant sent along and gets back, which no rule looks into.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON document as its text.
///
/// In the document of a record it stands as the JSON that it is. As a text inside of a text every quote of it would be
/// escaped, which costs time whenever a payment is written or read, and room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonText(String);

impl JsonText {
    /// A document. What is no JSON cannot be made part of a record.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for JsonText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(Box::<str>::from(raw).into_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_stands_inside_of_another_as_it_is() {
        let check = |text: &str| {
            let written = serde_json::to_string(&[JsonText::new(text)]).unwrap();
            assert_eq!(written, format!("[{text}]"));
            let read: Vec<JsonText> = serde_json::from_str(&written).unwrap();
            assert_eq!(read, [JsonText::new(text)]);
        };
        check(r#"{"b":1,"a":[10.0,1e400,"a\\/b \"é\" \u2028"],"b b":null}"#);
        check("12345678901234567890123");
        check("{}");
        for text in ["", "{", "{}{}", "nothing"] {
            assert!(serde_json::to_string(&JsonText::new(text)).is_err(), "{text}");
        }
    }
}
