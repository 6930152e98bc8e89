//! Who pays and what for: details that the gateway keeps and shows, and decides nothing by.

use lunas_vocab::Money;

use crate::field::{Codec, Kind, Part as _, Reader, Sent};
use crate::json::{self, Value};
use crate::message::message;

/// The most characters of a name, an address or an e-mail address.
const NAME_MAX: usize = 255;
/// The most characters of a phone number with the blanks and dashes that people set into it; without them it has
/// [`SHORT_MAX`] at the most.
const PHONE_MAX: usize = 64;
/// The most characters of a phone number or a country code.
const SHORT_MAX: usize = 15;
/// The most characters of an item's id. The contract says 32; the official examples send a UUID, which has 36.
const ITEM_ID_MAX: usize = 64;
/// The most characters of an item's other texts.
const ITEM_TEXT_MAX: usize = 64;
/// The most characters of a quantity.
const QUANTITY_MAX: usize = 16;

message! {
    /// The customer, as far as the merchant tells.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct CustomerDetails: part {
        /// phone number, as you write it
        pub phone: Option<String> as Option<Phone> => "phone";
        /// e-mail address
        pub email: Option<String> => "email", max NAME_MAX;
        /// first name
        pub first_name: Option<String> => "firstName", max NAME_MAX;
        /// last name
        pub last_name: Option<String> => "lastName", max NAME_MAX;
        /// where the bill goes
        pub billing_address: Option<Address> => "billingAddress";
        /// where the goods go
        pub shipping_address: Option<Address> => "shippingAddress";
    }
}

message! {
    /// A postal address with the person who lives there.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Address: part {
        /// first name
        pub first_name: Option<String> => "firstName", max NAME_MAX;
        /// last name
        pub last_name: Option<String> => "lastName", max NAME_MAX;
        /// phone number, as you write it
        pub phone: Option<String> as Option<Phone> => "phone";
        /// street and number
        pub address: Option<String> => "address", max NAME_MAX;
        /// city
        pub city: Option<String> => "city", max NAME_MAX;
        /// postal code
        pub postal_code: Option<String> => "postalCode", max NAME_MAX;
        /// country, such as `IDN`
        pub country_code: Option<String> => "countryCode", max SHORT_MAX;
    }
}

message! {
    /// One line of the order.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Item: part {
        /// your id of the article
        pub id: Option<String> => "id", max ITEM_ID_MAX;
        /// price of one piece
        pub price: Money => "price";
        /// how many: a number of pieces, as a text or as a number
        pub quantity: Quantity => "quantity";
        /// name of the article
        pub name: Option<String> => "name", max ITEM_TEXT_MAX;
        /// who sells it
        pub merchant_name: Option<String> => "merchantName", max ITEM_TEXT_MAX;
        /// its brand
        pub brand: Option<String> => "brand", max ITEM_TEXT_MAX;
        /// its category
        pub category: Option<String> => "category", max ITEM_TEXT_MAX;
        /// its page in the shop
        pub url: Option<String> => "url", max ITEM_TEXT_MAX;
    }
}

impl CustomerDetails {
    /// Writes it as requests carry it.
    pub fn write(&self) -> Value {
        self.to_object().into()
    }
}

impl Item {
    /// Writes it as requests carry it.
    pub fn write(&self) -> Value {
        self.to_object().into()
    }

    /// A list as it was sent, as JSON text, to be kept.
    pub fn list_to_json(items: &[Sent<Self>]) -> String {
        json::list_to_compact(items.iter().map(Sent::as_sent))
    }

    /// Reads a list that was kept. What cannot be read is left out.
    pub fn list_of_json(kept: &str) -> Vec<Sent<Self>> {
        let list = json::parse(kept.as_bytes()).ok();
        let items = list.as_ref().and_then(Value::as_array).unwrap_or_default();
        items.iter().filter_map(Sent::parse).collect()
    }
}

/// A phone number as it was typed: what stands between its digits does not count for its length.
struct Phone;

impl Codec for Phone {
    type Value = String;
    const KIND: Kind = Kind::Text;
    const LENGTH_MAX: Option<usize> = Some(SHORT_MAX);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<String> {
        from.parsed(name, PHONE_MAX, |text| {
            let counted = text.chars().filter(|c| c.is_alphanumeric() || *c == '+').count();
            match counted <= max {
                true => Ok(text.to_owned()),
                false => Err(format!("at most {max} characters are allowed")),
            }
        })
    }

    fn write(phone: &String) -> Option<Value> {
        Some(phone.as_str().into())
    }
}

/// How many pieces, as the merchant wrote it: `1`, or `2.0`. It goes out as it came in, as a text or as a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    text: String,
    is_number: bool,
}

impl Quantity {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<T: Into<String>> From<T> for Quantity {
    /// A quantity that is written as a text.
    fn from(text: T) -> Self {
        Self { text: text.into(), is_number: false }
    }
}

impl Codec for Quantity {
    type Value = Self;
    const KIND: Kind = Kind::Digits;
    const LENGTH_MAX: Option<usize> = Some(QUANTITY_MAX);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self> {
        let text = from.text_or_number(name, max)?;
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_decimal = match text.split_once('.') {
            Some((whole, decimals)) => is_digits(whole) && is_digits(decimals),
            None => is_digits(&text),
        };
        if !is_decimal {
            from.malformed(name, "a number of pieces was expected");
            return None;
        }
        Some(Self { text, is_number: matches!(from.value(name), Some(Value::Number(_))) })
    }

    fn write(quantity: &Self) -> Option<Value> {
        let text = quantity.text.as_str();
        Some(if quantity.is_number { Value::Number(text.into()) } else { text.into() })
    }
}
