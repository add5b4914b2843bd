//! The jobs of one kind, by name.

use std::{
    collections::HashMap,
    fmt,
    pin::Pin,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::{runtime::Handle, task::AbortHandle};

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The jobs of one kind, by name; those that come early wait for the background thread.
#[derive(Default)]
pub(crate) struct Jobs {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    runtime: Option<Handle>,
    jobs: HashMap<String, Stage>,
}

enum Stage {
    Waiting(Task),
    Running(AbortHandle),
}

impl Jobs {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts `task` under `name`; says whether the name was free.
    pub(crate) fn add(&self, name: &str, task: impl Future<Output = ()> + Send + 'static) -> bool {
        let mut state = self.state();
        if state.jobs.contains_key(name) {
            return false;
        }
        let stage = match &state.runtime {
            Some(runtime) => Stage::Running(runtime.spawn(task).abort_handle()),
            None => Stage::Waiting(Box::pin(task)),
        };
        state.jobs.insert(name.to_owned(), stage);
        true
    }

    /// Whether there is a job of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.state().jobs.contains_key(name)
    }

    /// Lets the job of that name go; says whether there was one.
    ///
    /// A thread that is at work comes to its end, and nobody looks at what it brings.
    pub(crate) fn remove(&self, name: &str) -> bool {
        let removed = self.state().jobs.remove(name);
        if let Some(Stage::Running(job)) = &removed {
            job.abort();
        }
        removed.is_some()
    }

    /// Starts all that wait, and from now on all others at once, on the runtime that this is called in.
    pub(crate) fn start(&self) {
        let mut state = self.state();
        let runtime = Handle::current();
        let begun = std::mem::take(&mut state.jobs).into_iter().map(|(name, stage)| match stage {
            Stage::Waiting(task) => (name, Stage::Running(runtime.spawn(task).abort_handle())),
            running @ Stage::Running(_) => (name, running),
        });
        state.jobs = begun.collect();
        state.runtime = Some(runtime);
    }
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.state().jobs.keys()).finish()
    }
}
