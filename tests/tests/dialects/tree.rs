//! Trees of spans.

use proptest::{prelude::*, sample::select};

/// Who makes a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Call,
    ByHand,
    Tracing,
    OpenTelemetry,
}

/// How the children of a span run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// One after the other, without an await.
    Sync,
    /// One after the other.
    Awaited,
    /// In turns.
    Joined,
    /// As tasks.
    Spawned,
    /// On threads for what blocks.
    Blocking,
    /// The first that is ready; the others are dropped.
    Selected,
    /// As items of a stream, two at a time.
    Streamed,
}

#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) number: usize,
    pub(crate) parent: Option<usize>,
    pub(crate) dialect: Dialect,
    pub(crate) mode: Mode,
    /// How often it lets others go first.
    pub(crate) pauses: usize,
    /// It, or what it is in, may be dropped before it begins.
    pub(crate) may_be_missing: bool,
    pub(crate) children: Vec<Tree>,
}

impl Tree {
    pub(crate) fn name(&self) -> String {
        format!("n{}", self.number)
    }

    /// All nodes, each with the name of its parent.
    pub(crate) fn parents(&self) -> Vec<(&Self, Option<String>)> {
        let mut all = vec![(self, self.parent.map(|parent| format!("n{parent}")))];
        self.children.iter().for_each(|child| all.append(&mut child.parents()));
        all
    }

    /// Gives out numbers, from the top; gives the next one.
    fn number_from(&mut self, parent: Option<usize>, number: usize, may_be_missing: bool) -> usize {
        (self.number, self.parent, self.may_be_missing) = (number, parent, may_be_missing);
        let children_may = may_be_missing || self.mode == Mode::Selected;
        let (own, mut next) = (self.number, number + 1);
        for child in &mut self.children {
            next = child.number_from(Some(own), next, children_may);
        }
        next
    }
}

pub(crate) fn any() -> impl Strategy<Value = Tree> {
    let dialects = [Dialect::Call, Dialect::ByHand, Dialect::Tracing, Dialect::OpenTelemetry];
    let modes = [
        Mode::Sync,
        Mode::Awaited,
        Mode::Joined,
        Mode::Spawned,
        Mode::Blocking,
        Mode::Selected,
        Mode::Streamed,
    ];
    let node = move |children: BoxedStrategy<Vec<Tree>>| {
        let parts = (select(dialects.to_vec()), select(modes.to_vec()), 0..3_usize, children);
        parts.prop_map(|(dialect, mode, pauses, children)| Tree {
            number: 0,
            parent: None,
            dialect,
            mode,
            pauses,
            may_be_missing: false,
            children,
        })
    };
    let leaf = node(Just(Vec::new()).boxed());
    let tree = leaf.prop_recursive(5, 32, 4, move |inner| node(prop::collection::vec(inner, 1..4).boxed()));
    tree.prop_map(|mut tree| {
        tree.number_from(None, 0, false);
        tree
    })
}
