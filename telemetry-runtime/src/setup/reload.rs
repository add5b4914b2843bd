//! Settings that may change while the program runs.

use super::{Telemetry, plan::breakers_of};
use crate::{
    fault::{self, Fault},
    setup_error::SetupError,
};

impl Telemetry {
    /// Reads the settings file again: the thresholds of breakers, and the levels of what comes through `tracing`.
    ///
    /// Nothing else changes. A breaker keeps its state, and its window if that is of the same kind; one that the file
    /// names no more is again as the code states it. What the program set in [`Settings`](crate::Settings) after
    /// loading them is not kept. Without a file there is nothing to read, and nothing happens.
    ///
    /// # Errors
    ///
    /// A file that is bad changes nothing; it is reported as a fault too.
    pub fn reload(&self) -> Result<(), SetupError> {
        let settings = match self.inner.plan.read_from.read_again() {
            None => return Ok(()),
            Some(Ok(settings)) => settings,
            Some(Err(error)) => {
                let message = format!("reloading: {error}; the settings from before stay in force");
                fault::report(&Fault::new("settings", message));
                return Err(error);
            }
        };
        for warning in settings.warnings() {
            fault::report(&Fault::new("settings", warning.clone()));
        }
        self.inner.registry.breakers().configure(breakers_of(&settings));
        #[cfg(feature = "tracing-layer")]
        self.inner.layers.change(&(&settings).into());
        Ok(())
    }
}
