//! What the live page shows and refuses as time goes by; the clock is moved by hand.

#[path = "page_clock/attempts.rs"]
mod attempts;
#[path = "page_clock/figures.rs"]
mod figures;
#[path = "page_clock/support.rs"]
mod support;
