//! The code of the pages, compiled and run.
//!
//! Each page is one documented item, so that a failure names it.

/// Pages, each as the documentation of a type.
macro_rules! pages {
    ($($page:ident: $path:literal,)*) => { $(
        #[doc = include_str!(concat!("../../", $path))]
        pub struct $page;
    )* };
}

pages! {
    Readme: "README.md",
    BestPractices: "docs/best-practices.md",
    Concepts: "docs/concepts.md",
    Exporters: "docs/exporters.md",
    Migration: "docs/migration.md",
    Operations: "docs/operations.md",
    Testing: "docs/testing.md",
}
