//! Types with a fixed set of words.

/// Declares an enum whose variants are written as the given words.
macro_rules! choices {
    ($(#[$meta:meta])* pub enum $name:ident {
        $( $(#[doc = $doc:literal])* $variant:ident = $text:literal, )*
    }) => {
        $(#[$meta])*
        ///
        /// ```
        #[doc = concat!("use telemetry_runtime::settings::", stringify!($name), ";")]
        ///
        $(#[doc = concat!("assert_eq!(", stringify!($name), "::", stringify!($variant), ".as_str(), \"", $text, "\");")])*
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name { $( $(#[doc = $doc])* $variant, )* }

        impl $name {
            /// The word that settings use for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text, )* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::settings::scalar::Scalar for $name {
            fn form() -> $crate::settings::reference::SettingForm {
                $crate::settings::reference::SettingForm::Choice(vec![
                    $( ($text, $crate::settings::reference::text(&[$($doc),*])), )*
                ])
            }
            fn allowed() -> String {
                [$( concat!("`", $text, "`") ),*].join(" or ")
            }
            fn parse(text: &str) -> Option<Self> {
                [$( Self::$variant ),*].into_iter().find(|choice| choice.as_str().eq_ignore_ascii_case(text.trim()))
            }
            fn show(&self) -> String {
                self.to_string()
            }
        }
    };
}
pub(super) use choices;
