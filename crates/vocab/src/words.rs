//! The macro by which a closed list of words is declared: an enum and the text of each of its variants, in one place.

/// Declares an enum whose variants have a text each, with a method that gives the text and `parse`, which reads it back.
///
/// The method is named behind the variants, with its own comment. `, in any case` behind it says that case does not
/// matter to `parse`. Two variants of one text, whatever their case, do not compile.
///
/// ```
/// lunas_vocab::words! {
///     /// Where a link stands.
///     #[derive(Clone, Copy, Debug, PartialEq, Eq)]
///     pub enum Status {
///         /// A token counts.
///         Enabled = "enabled",
///         /// No token counts.
///         Disabled = "disabled",
///     }
///     /// The word kept in the store.
///     pub fn word;
/// }
///
/// assert_eq!(Status::Enabled.word(), "enabled");
/// assert_eq!(Status::parse("disabled"), Some(Status::Disabled));
/// assert_eq!(Status::parse("Disabled"), None);
/// assert_eq!(Status::ALL, [Status::Enabled, Status::Disabled]);
/// ```
#[macro_export]
macro_rules! words {
    (
        $(#[$meta:meta])*
        $vis:vis enum $Name:ident { $($(#[$variant_meta:meta])* $Variant:ident = $word:literal,)+ }
        $(#[$text_meta:meta])*
        $text_vis:vis fn $text:ident $(, in $any:ident case)?;
    ) => {
        $(#[$meta])*
        $vis enum $Name {
            $($(#[$variant_meta])* $Variant,)+
        }

        impl $Name {
            /// Every one, in the order of the declaration.
            $vis const ALL: [Self; [$($word),+].len()] = [$(Self::$Variant),+];

            $(#[$text_meta])*
            $text_vis const fn $text(self) -> &'static str {
                match self { $(Self::$Variant => $word,)+ }
            }

            #[doc = concat!("Reads what [`Self::", stringify!($text), "`] gives", $("; ", stringify!($any), " case will do",)? ".")]
            $vis fn parse(text: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| $crate::words!(@is text, one.$text() $(, $any)?))
            }
        }

        const _: () = assert!($crate::differ(&[$($word),+]), "two variants have one text");
    };

    (@is $text:expr, $word:expr) => { $text == $word };
    (@is $text:expr, $word:expr, any) => { $text.eq_ignore_ascii_case($word) };
}

/// Whether no two of the texts are the same, whatever their case.
#[doc(hidden)]
pub const fn differ(texts: &[&str]) -> bool {
    let mut at = 0;
    while at < texts.len() {
        let mut other = at + 1;
        while other < texts.len() {
            if texts[at].eq_ignore_ascii_case(texts[other]) {
                return false;
            }
            other += 1;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::differ;

    crate::words! {
        /// Written as they are.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        enum Exact {
            /// One.
            #[default]
            One = "one",
            /// Two.
            TwoMore = "two-more",
        }
        /// The word.
        fn word;
    }

    crate::words! {
        /// Written in any case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Loose {
            /// One.
            One = "01",
            /// Two.
            Two = "TWO_MORE",
        }
        /// The code.
        fn code, in any case;
    }

    #[test]
    fn every_variant_is_read_back() {
        assert_eq!(Exact::ALL.map(Exact::word), ["one", "two-more"]);
        assert_eq!(Exact::ALL.map(|one| Exact::parse(one.word())), Exact::ALL.map(Some));
        assert_eq!(["", "One", "two_more", " one"].map(Exact::parse), [None; 4]);
        assert_eq!(Exact::default(), Exact::One);
        assert_eq!(Loose::ALL.map(|one| Loose::parse(&one.code().to_lowercase())), Loose::ALL.map(Some));
        assert_eq!(Loose::parse("two-more"), None);
    }

    #[test]
    fn texts_that_differ_by_their_case_are_the_same() {
        assert!(differ(&["a"]) && differ(&["a", "b", "ab"]));
        assert!(!differ(&["a", "b", "A"]));
    }
}
