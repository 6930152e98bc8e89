//! Who pays and what for: details that the gateway keeps and shows, and decides nothing by.

use lunas_vocab::Money;

use super::money;
use crate::field::{self, Reader};
use crate::json::{Object, Value};

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

/// A phone number as it was typed: what stands between its digits does not count for its length.
fn phone(sent: &Reader<'_>) -> Option<String> {
    sent.parsed_optional("phone", PHONE_MAX, |text| {
        let counted = text.chars().filter(|c| c.is_alphanumeric() || *c == '+').count();
        match counted <= SHORT_MAX {
            true => Ok(text.to_owned()),
            false => Err(format!("at most {SHORT_MAX} characters are allowed")),
        }
    })
}

/// The customer, as far as the merchant tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerDetails {
    /// Phone number, as the merchant writes it.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Where the bill goes.
    pub billing_address: Option<Address>,
    /// Where the goods go.
    pub shipping_address: Option<Address>,
}

impl CustomerDetails {
    pub(in crate::message) fn read(details: &Reader<'_>) -> Option<Self> {
        Some(Self {
            phone: phone(details),
            email: details.text_optional("email", NAME_MAX),
            first_name: details.text_optional("firstName", NAME_MAX),
            last_name: details.text_optional("lastName", NAME_MAX),
            billing_address: details.object_optional("billingAddress", Address::read),
            shipping_address: details.object_optional("shippingAddress", Address::read),
        })
    }

    /// Reads what [`CustomerDetails::write`] wrote.
    pub fn parse(value: &Value) -> Option<Self> {
        field::read_leniently(value, Self::read).ok()
    }

    /// Writes it as requests carry it.
    pub fn write(&self) -> Value {
        Object::new()
            .with_some("phone", self.phone.as_deref())
            .with_some("email", self.email.as_deref())
            .with_some("firstName", self.first_name.as_deref())
            .with_some("lastName", self.last_name.as_deref())
            .with_some("billingAddress", self.billing_address.as_ref().map(Address::write))
            .with_some("shippingAddress", self.shipping_address.as_ref().map(Address::write))
            .into()
    }
}

/// A postal address with the person who lives there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Phone number, as the merchant writes it.
    pub phone: Option<String>,
    /// Street and number.
    pub address: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country, such as `IDN`.
    pub country_code: Option<String>,
}

impl Address {
    pub(in crate::message) fn read(address: &Reader<'_>) -> Option<Self> {
        Some(Self {
            first_name: address.text_optional("firstName", NAME_MAX),
            last_name: address.text_optional("lastName", NAME_MAX),
            phone: phone(address),
            address: address.text_optional("address", NAME_MAX),
            city: address.text_optional("city", NAME_MAX),
            postal_code: address.text_optional("postalCode", NAME_MAX),
            country_code: address.text_optional("countryCode", SHORT_MAX),
        })
    }

    pub(in crate::message) fn write(&self) -> Value {
        Object::new()
            .with_some("firstName", self.first_name.as_deref())
            .with_some("lastName", self.last_name.as_deref())
            .with_some("phone", self.phone.as_deref())
            .with_some("address", self.address.as_deref())
            .with_some("city", self.city.as_deref())
            .with_some("postalCode", self.postal_code.as_deref())
            .with_some("countryCode", self.country_code.as_deref())
            .into()
    }
}

/// One line of the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The merchant's id of the article.
    pub id: Option<String>,
    /// Price of one piece.
    pub price: Money,
    /// How many.
    pub quantity: Quantity,
    /// Name of the article.
    pub name: Option<String>,
    /// Who sells it.
    pub merchant_name: Option<String>,
    /// Its brand.
    pub brand: Option<String>,
    /// Its category.
    pub category: Option<String>,
    /// Its page in the shop.
    pub url: Option<String>,
}

impl Item {
    pub(in crate::message) fn read(item: &Reader<'_>) -> Option<Self> {
        let id = item.text_optional("id", ITEM_ID_MAX);
        let price = item.money("price");
        let quantity = quantity(item);
        let name = item.text_optional("name", ITEM_TEXT_MAX);
        let merchant_name = item.text_optional("merchantName", ITEM_TEXT_MAX);
        let brand = item.text_optional("brand", ITEM_TEXT_MAX);
        let category = item.text_optional("category", ITEM_TEXT_MAX);
        let url = item.text_optional("url", ITEM_TEXT_MAX);
        Some(Self { id, price: price?, quantity: quantity?, name, merchant_name, brand, category, url })
    }

    /// As [`Item::read`], where an item has to have a name.
    pub(in crate::message) fn read_named(item: &Reader<'_>) -> Option<Self> {
        if !item.has("name") {
            item.missing("name");
        }
        Self::read(item)
    }

    /// Reads what [`Item::write`] wrote.
    pub fn parse(value: &Value) -> Option<Self> {
        field::read_leniently(value, Self::read).ok()
    }

    /// Writes it as requests carry it.
    pub fn write(&self) -> Value {
        Object::new()
            .with_some("id", self.id.as_deref())
            .with("price", money(self.price))
            .with("quantity", self.quantity.write())
            .with_some("name", self.name.as_deref())
            .with_some("merchantName", self.merchant_name.as_deref())
            .with_some("brand", self.brand.as_deref())
            .with_some("category", self.category.as_deref())
            .with_some("url", self.url.as_deref())
            .into()
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

    fn write(&self) -> Value {
        if self.is_number { Value::Number(self.text.as_str().into()) } else { self.text.as_str().into() }
    }
}

impl<T: Into<String>> From<T> for Quantity {
    /// A quantity that is written as a text.
    fn from(text: T) -> Self {
        Self { text: text.into(), is_number: false }
    }
}

/// A decimal number, as a text or as a number.
fn quantity(item: &Reader<'_>) -> Option<Quantity> {
    let text = item.text_or_number("quantity", QUANTITY_MAX)?;
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_decimal = match text.split_once('.') {
        Some((whole, decimals)) => is_digits(whole) && is_digits(decimals),
        None => is_digits(&text),
    };
    if !is_decimal {
        item.malformed("quantity", "a number of pieces was expected");
        return None;
    }
    Some(Quantity { text, is_number: matches!(item.value("quantity"), Some(Value::Number(_))) })
}
