//! Alerts, as set-up decides on them.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Plan, Telemetry, TelemetryBuilder};
use crate::{
    alert::{
        AlertHandler, AlertReport, AlertmanagerHandler, Alerts, LogHandler, NamedHandler, RuleBook,
        SlackHandler, Watching, WebhookHandler, alert_families,
    },
    export::Pipeline,
    fault::{self, Fault},
    metrics::MetricRegistry,
    settings::{AlertHandlerKind, AlertRuleSettings, AlertSettings, Settings},
    setup_error::SetupError,
};

/// What is watched, and who is told.
#[derive(Clone, Debug, Default)]
pub(crate) struct AlertPlan {
    settings: AlertSettings,
    /// Rules of the program itself; a reload leaves them as they are.
    rules: Vec<AlertRuleSettings>,
    handlers: GivenHandlers,
    book: RuleBook,
}

/// Handlers of the program, until the background thread has them.
#[derive(Clone, Default)]
struct GivenHandlers(Arc<Mutex<Vec<NamedHandler>>>);

impl GivenHandlers {
    fn all(&self) -> std::sync::MutexGuard<'_, Vec<NamedHandler>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for GivenHandlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all().iter().map(|named| named.name)).finish()
    }
}

/// What the program gives beside the settings.
#[derive(Default)]
pub(super) struct GivenAlerts {
    pub(super) rules: Vec<AlertRuleSettings>,
    pub(super) handlers: Vec<NamedHandler>,
}

impl GivenAlerts {
    pub(super) fn add_handler(&mut self, name: &'static str, handler: impl AlertHandler) {
        self.handlers.push(NamedHandler { name, handler: Box::new(handler) });
    }
}

impl TelemetryBuilder {
    /// Watches a metric as `rule` says, beside the rules of the settings and also if those are not `enabled`.
    ///
    /// A rule that cannot be one is an error of [`TelemetryBuilder::build`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use telemetry_runtime::{AlertRule, LogHandler, Severity, Telemetry, settings::AlertComparison};
    ///
    /// let mut rule = AlertRule::new("adapter_success_rate", 0.95);
    /// rule.comparison = AlertComparison::Below;
    /// rule.duration = Duration::from_secs(300);
    /// rule.severity = Severity::Critical;
    /// rule.message = Some("only {value} of the calls to {labels.provider} succeed".to_owned());
    /// let telemetry = Telemetry::builder().alert_rule(rule).alert_handler("log", LogHandler).build()?;
    /// # let _ = telemetry;
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub fn alert_rule(mut self, rule: AlertRuleSettings) -> Self {
        self.alerts.rules.push(rule);
        self
    }

    /// Tells `handler` of alerts too, under `name`, which no other handler has.
    pub fn alert_handler(mut self, name: &'static str, handler: impl AlertHandler) -> Self {
        self.alerts.add_handler(name, handler);
        self
    }
}

impl Telemetry {
    /// How alerts stand: rules, what has happened, and who was told; empty where nobody asked for any.
    ///
    /// It holds names of metrics and values of labels: for operators only.
    #[must_use]
    pub fn alerts(&self) -> AlertReport {
        self.inner.background.alerts().map(Alerts::report).unwrap_or_default()
    }
}

impl AlertPlan {
    /// What settings and program ask for; none if neither does.
    ///
    /// # Errors
    ///
    /// All that is wrong with the rules, and handlers with one name.
    pub(super) fn new(settings: Option<&Settings>, given: GivenAlerts) -> Result<Option<Self>, SetupError> {
        let is_enabled = settings.is_none_or(|settings| settings.telemetry.enabled);
        let is_asked = !given.rules.is_empty() || settings.is_some_and(|settings| settings.alerts.enabled);
        if !(is_enabled && is_asked) {
            return Ok(None);
        }
        let mut alerts = settings.map(|settings| settings.alerts.clone()).unwrap_or_default();
        if !alerts.enabled {
            alerts.rules.clear();
            alerts.handlers.clear();
        }
        let plan = Self {
            settings: alerts,
            rules: given.rules,
            handlers: GivenHandlers(Arc::new(Mutex::new(given.handlers))),
            book: RuleBook::default(),
        };
        plan.check()?;
        Ok(Some(plan))
    }

    fn all_rules(&self) -> Vec<AlertRuleSettings> {
        self.settings.rules.iter().chain(&self.rules).cloned().collect()
    }

    fn check(&self) -> Result<(), SetupError> {
        let of_settings =
            self.settings.rules.iter().zip(0..).map(|(rule, at)| (format!("alerts.rules[{at}]"), rule));
        let of_program = self.rules.iter().map(|rule| ("alert_rule".to_owned(), rule));
        let mut names = BTreeSet::new();
        let mut errors = Vec::new();
        for (key, rule) in of_settings.chain(of_program) {
            let mistakes = rule.mistakes().into_iter();
            errors.extend(
                mistakes.map(|wrong| invalid(&format!("{key}.{}", wrong.key), &wrong.value, &wrong.allowed)),
            );
            if !names.insert(rule.title()) {
                errors.push(invalid(&format!("{key}.name"), &rule.title(), "a name that no other rule has"));
            }
        }
        let mut known: BTreeSet<&str> = self.settings.handlers.iter().map(|kind| kind.as_str()).collect();
        for named in &*self.handlers.all() {
            if !known.insert(named.name) {
                errors.push(invalid("alert_handler", named.name, "a name that no other handler has"));
            }
        }
        SetupError::from_all(errors).map_or(Ok(()), Err)
    }

    /// Where a reload leaves rules.
    pub(super) fn reload(&self) -> RuleReload {
        RuleReload { book: self.book.clone(), own: self.rules.clone() }
    }
}

/// Hands rules of settings that were read again to who evaluates them.
#[derive(Clone)]
pub(super) struct RuleReload {
    book: RuleBook,
    /// Rules of the program itself.
    own: Vec<AlertRuleSettings>,
}

impl RuleReload {
    /// The settings' rules were checked as they were read; a name that the program has taken stays the program's.
    pub(super) fn put(&self, settings: &Settings) {
        let own: BTreeSet<String> = self.own.iter().map(AlertRuleSettings::title).collect();
        let listed = if settings.alerts.enabled { &*settings.alerts.rules } else { &[] };
        let listed = listed.iter().filter(|rule| !own.contains(&rule.title()));
        self.book.put(listed.chain(&self.own).cloned().collect());
    }
}

/// Watches what the plan asks for; none if it asks for nothing.
pub(super) fn carry_alerts(
    pipeline: &mut Pipeline,
    plan: &Plan,
    registry: &Arc<MetricRegistry>,
) -> Result<Option<Alerts>, SetupError> {
    let Some(alert_plan) = &plan.alerts else { return Ok(None) };
    let settings = &alert_plan.settings;
    let mut handlers = Vec::new();
    for kind in &settings.handlers {
        handlers.extend(
            of_settings(*kind, settings)?.map(|handler| NamedHandler { name: kind.as_str(), handler }),
        );
    }
    handlers.append(&mut alert_plan.handlers.all());
    let rules = alert_plan.all_rules();
    if handlers.is_empty() && !rules.is_empty() {
        fault::report(&Fault::new(
            "alerts",
            "there are rules, and nobody is told; list who is to be in `alerts.handlers`, such as `log`",
        ));
    }
    let watching =
        Watching { registry, service: &plan.service_name, settings, rules, book: alert_plan.book.clone() };
    let (alerts, engine, work) = Alerts::new(watching, handlers);
    let shared = Arc::downgrade(alerts.shared());
    registry.add_source(move |all| {
        all.extend(shared.upgrade().iter().flat_map(|shared| alert_families(shared)));
    });
    pipeline.carry(Box::new(engine), alerts.lines(), work);
    Ok(Some(alerts))
}

/// `None` if this build has no such handler.
fn of_settings(
    kind: AlertHandlerKind,
    settings: &AlertSettings,
) -> Result<Option<Box<dyn AlertHandler>>, SetupError> {
    let timeout = settings.timeout;
    Ok(Some(match kind {
        AlertHandlerKind::Log => Box::new(LogHandler),
        AlertHandlerKind::Slack => Box::new(SlackHandler::new(&settings.slack, timeout)?),
        AlertHandlerKind::Webhook => Box::new(WebhookHandler::new(&settings.webhook, timeout)?),
        AlertHandlerKind::Alertmanager => {
            Box::new(AlertmanagerHandler::new(&settings.alertmanager, timeout)?)
        }
        #[cfg(feature = "email")]
        AlertHandlerKind::Email => Box::new(crate::alert::EmailHandler::new(&settings.email, timeout)?),
        #[cfg(not(feature = "email"))]
        AlertHandlerKind::Email => {
            fault::report(&Fault::new(
                "alerts",
                "`email` is not part of this build; switch the feature `email` on, or take it out of `alerts.handlers`",
            ));
            return Ok(None);
        }
    }))
}

fn invalid(key: &str, value: &str, allowed: &str) -> SetupError {
    SetupError::InvalidValue {
        key: key.to_owned(),
        value: value.to_owned(),
        source: "the program".to_owned(),
        allowed: allowed.to_owned(),
    }
}
