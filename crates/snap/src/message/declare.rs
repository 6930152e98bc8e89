//! The macro by which a message is declared: each member once, with its Rust type, its place on the wire and its line.
//!
//! ```text
//! message! {
//!     /// Names the charge to call off.
//!     #[derive(Clone, Debug, PartialEq, Eq)]
//!     pub struct CancelRequest: request {
//!         /// your order id
//!         pub partner_reference_no: Option<PartnerReferenceNo> => "originalPartnerReferenceNo";
//!     }
//! }
//! ```
//!
//! That makes the struct, its [`Part`](crate::field::Part) (reading, writing and description) and, by the word behind the
//! name, the functions around it:
//!
//! | word | makes |
//! |---|---|
//! | `request` | a strict `read`, and `write` |
//! | `answer Service` | a lenient `read`, and `write` behind the two members of a success |
//! | `part` | nothing more: an object inside messages, or a message whose `read` or `write` is made by hand |
//!
//! `, checked by path` behind the word names a function of a rule between members: it is given what was read and the
//! reader, leaves a fault behind if there is one, and yields nothing then.
//!
//! What may stand behind a path, in this order:
//!
//! | clause | says |
//! |---|---|
//! | `, or "path"` | another place where it is read, if there is nothing in its own |
//! | `, max 64` | the most characters, where the type does not know them |
//! | `, need Conditional` | that it sometimes has to be there, where the type says always or never |
//! | `, like "text"` | a text that the member may be |
//! | `, behind "path" as Codec` | that it is written there too, as the codec says, and first |
//! | `, also "path" as Codec` | that it is written there too, as the codec says |
//!
//! `as Codec` behind the Rust type says how the value stands in JSON, where that is not the type's own way. The line of a
//! member is told to merchants: it is part of the printed tables of fields, and it is written for them.

macro_rules! message {
    ($(#[$meta:meta])* pub struct $Name:ident: request $(, checked by $check:path)? { $($members:tt)* }) => {
        message! { $(#[$meta])* pub struct $Name: part $(, checked by $check)? { $($members)* } }

        impl $Name {
            /// Reads a request.
            pub fn read(body: &$crate::json::Value) -> Result<Self, $crate::field::FieldError> {
                $crate::field::read(body, <Self as $crate::field::Part>::read_members)
            }

            /// Writes the request.
            pub fn write(&self) -> $crate::json::Value {
                $crate::field::Part::to_message(self).into()
            }
        }
    };

    ($(#[$meta:meta])* pub struct $Name:ident: answer $service:ident { $($members:tt)* }) => {
        message! { $(#[$meta])* pub struct $Name: part { $($members)* } }

        impl $Name {
            /// Reads a successful answer.
            pub fn read(body: &$crate::json::Value) -> Result<Self, $crate::field::FieldError> {
                $crate::field::read_leniently(body, <Self as $crate::field::Part>::read_members)
            }

            /// Writes a successful answer.
            pub fn write(&self) -> $crate::json::Value {
                let head = $crate::message::success($crate::service::Service::$service);
                $crate::field::Part::written_behind(self, head).into()
            }
        }
    };

    ($(#[$meta:meta])* pub struct $Name:ident: part $(, checked by $check:path)? {
        $(
            $(#[doc = $doc:literal])+
            pub $member:ident: $Type:ty $(as $Codec:ty)? => $path:tt
                $(, or $other:literal)*
                $(, max $max:expr)?
                $(, need $need:ident)?
                $(, like $like:literal)?
                $(, behind $ahead:tt as $AheadCodec:ty)*
                $(, also $twin:tt as $TwinCodec:ty)*
                ;
        )*
    }) => {
        $(#[$meta])*
        pub struct $Name {
            $(
                #[doc = message!(@doc $path $($doc)+)]
                pub $member: $Type,
            )*
        }

        impl $crate::field::Part for $Name {
            const SHAPE: &'static $crate::field::Shape = &$crate::field::Shape {
                name: stringify!($Name),
                fields: &[$(
                    $(message!(@twin $path $ahead $AheadCodec),)*
                    message!(@field [$($doc)+] [$Type $(, $Codec)?] $path [$($other)*] [$($max)?] [$($need)?] [$($like)?]),
                    $(message!(@twin $path $twin $TwinCodec),)*
                )*],
            };

            fn read_members(from: &$crate::field::Reader<'_>) -> Option<Self> {
                $(
                    let $member = from.field::<message!(@codec $Type $(, $Codec)?)>(
                        const { &message!(@field [$($doc)+] [$Type $(, $Codec)?] $path [$($other)*] [$($max)?] [$($need)?] [$($like)?]) },
                    );
                )*
                let read = Self { $($member: $member?,)* };
                $($check(&read, from)?;)?
                Some(read)
            }

            fn write_members(&self, to: &mut $crate::json::Object) {
                $(
                    $(message!(@write to $ahead, &self.$member, $AheadCodec);)*
                    message!(@write to $path, &self.$member, $Type $(, $Codec)?);
                    $(message!(@write to $twin, &self.$member, $TwinCodec);)*
                )*
            }
        }
    };

    (@doc "" $($doc:literal)+) => { concat!($($doc),+) };
    (@doc $path:tt $($doc:literal)+) => { concat!("`", $path, "`:", $($doc),+) };

    (@codec $Type:ty) => { $Type };
    (@codec $Type:ty, $Codec:ty) => { $Codec };

    (@write $to:ident $path:tt, $value:expr, $($codec:ty),+) => {
        if let Some(value) = <message!(@codec $($codec),+) as $crate::field::Codec>::write($value) {
            $to.put($path, value);
        }
    };

    (@field [$($doc:literal)+] [$($codec:ty),+] $path:tt [$($other:literal)*] [$($max:expr)?] [$($need:ident)?] [$($like:literal)?]) => {
        $crate::field::Field {
            path: $path,
            others: &[$($other),*],
            repeats: None,
            kind: <message!(@codec $($codec),+) as $crate::field::Codec>::KIND,
            length_max: message!(@max [$($max)?] $($codec),+),
            need: message!(@need [$($need)?] $($codec),+),
            example: message!(@like [$($like)?] $($codec),+),
            doc: concat!($($doc),+),
        }
    };

    (@twin $path:tt $twin:tt $Codec:ty) => {
        $crate::field::Field {
            path: $twin,
            others: &[],
            repeats: Some($path),
            kind: <$Codec as $crate::field::Codec>::KIND,
            length_max: <$Codec as $crate::field::Codec>::LENGTH_MAX,
            need: <$Codec as $crate::field::Codec>::NEED,
            example: None,
            doc: <$Codec as $crate::field::Codec>::DOC,
        }
    };

    (@max [] $($codec:ty),+) => { <message!(@codec $($codec),+) as $crate::field::Codec>::LENGTH_MAX };
    (@max [$max:expr] $($codec:ty),+) => { Some($max) };
    (@need [] $($codec:ty),+) => { <message!(@codec $($codec),+) as $crate::field::Codec>::NEED };
    (@need [$need:ident] $($codec:ty),+) => { $crate::field::Need::$need };
    (@like [] $($codec:ty),+) => { <message!(@codec $($codec),+) as $crate::field::Codec>::EXAMPLE };
    (@like [$like:literal] $($codec:ty),+) => { Some($like) };
}
pub(crate) use message;
