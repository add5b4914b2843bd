//! The table: case, ours, reference, ratio, goal, met or not.

use std::fmt;

/// A figure and its unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantity {
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
}

pub(crate) fn nanos(value: f64) -> Quantity {
    Quantity { value, unit: "ns" }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = if self.value.abs() < 10.0 { 2 } else { usize::from(self.value.abs() < 1000.0) };
        f.pad(&format!("{:.*} {}", decimals, self.value, self.unit))
    }
}

/// What a row must be to be met.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    /// The ratio, or without a reference the figure itself.
    AtMost(f64),
    /// Ours is so many times the reference, or the figure itself is so much.
    AtLeast(f64),
    /// So many times faster than the reference: the ratio is the reference over ours.
    Faster(f64),
}

/// One line.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) case: String,
    ours: Quantity,
    reference: Option<(&'static str, Quantity)>,
    goal: Option<Goal>,
    /// Allocations a call, and whether they must be none.
    allocations: Option<(f64, bool)>,
}

impl Row {
    pub(crate) fn new(case: impl Into<String>, ours: Quantity) -> Self {
        Self { case: case.into(), ours, reference: None, goal: None, allocations: None }
    }

    pub(crate) fn beside(mut self, name: &'static str, reference: Quantity) -> Self {
        self.reference = Some((name, reference));
        self
    }

    pub(crate) fn goal(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    pub(crate) fn allocations(mut self, each: f64) -> Self {
        self.allocations = Some((each, false));
        self
    }

    pub(crate) fn no_allocations(mut self, each: f64) -> Self {
        self.allocations = Some((each, true));
        self
    }

    /// The figure that the goal is about.
    fn figure(&self) -> f64 {
        match (self.reference, self.goal) {
            (Some((_, reference)), Some(Goal::Faster(_))) => reference.value / self.ours.value,
            (Some((_, reference)), _) => self.ours.value / reference.value,
            (None, _) => self.ours.value,
        }
    }

    /// `None` without a goal.
    fn is_met(&self) -> Option<bool> {
        let figure = self.figure();
        let in_time = self.goal.map(|goal| match goal {
            Goal::AtMost(most) => figure <= most,
            Goal::AtLeast(least) | Goal::Faster(least) => figure >= least,
        });
        let in_memory = self.allocations.and_then(|(each, is_goal)| is_goal.then_some(each == 0.0));
        match (in_time, in_memory) {
            (None, None) => None,
            (time, memory) => Some(time.unwrap_or(true) && memory.unwrap_or(true)),
        }
    }

    /// Prints the line; says whether its goal is met.
    pub(crate) fn print(&self) -> bool {
        let (name, reference) = match self.reference {
            Some((name, quantity)) => (name, quantity.to_string()),
            None => ("", String::new()),
        };
        let ratio = match (self.reference, self.goal) {
            (Some(_), Some(Goal::Faster(_))) => format!("{:.1} × faster", self.figure()),
            (Some(_), _) => format!("{:.3}", self.figure()),
            (None, _) => String::new(),
        };
        let goal = match self.goal {
            Some(Goal::AtMost(most)) => format!("≤ {most}"),
            Some(Goal::AtLeast(least) | Goal::Faster(least)) => format!("≥ {least}"),
            None => String::new(),
        };
        let allocations = match self.allocations {
            Some((each, true)) => format!("{each:.2} (0)"),
            Some((each, false)) => format!("{each:.2}"),
            None => String::new(),
        };
        let verdict = match self.is_met() {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        let Self { case, ours, .. } = self;
        println!(
            "{case:<52} {ours:>12}  {name:<30} {reference:>12} {ratio:>14} {goal:>8}  {allocations:<9} {verdict}"
        );
        self.is_met().unwrap_or(true)
    }
}

pub(crate) fn print_head() {
    println!(
        "{:<52} {:>12}  {:<30} {:>12} {:>14} {:>8}  {:<9} met",
        "case", "ours", "reference", "", "ratio", "goal", "allocs"
    );
}

pub(crate) fn print_section(name: &str) {
    println!("\n{name}");
}
