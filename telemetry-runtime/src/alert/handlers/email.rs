use std::{fmt, fs, path::Path, time::Duration};

use lettre::{
    Message,
    message::{Mailbox, MessageBuilder, header::ContentType},
    transport::smtp::{
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters},
        extension::ClientId,
    },
};

use super::{invalid, required};
use crate::{
    alert::{Alert, AlertError, AlertHandled, AlertHandler, AlertStatus, notification::Shown},
    export::{delivery::Reason, timestamp::Timestamp},
    settings::{AlertEmailSettings, AlertEmailTls, Secret},
    setup_error::SetupError,
};

/// Longest subject, in bytes before it is encoded.
const MOST_SUBJECT: usize = 200;

/// Sends alerts by mail.
///
/// Where the settings hold a password, it only ever travels over TLS.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{EmailHandler, settings::AlertEmailSettings};
///
/// let mut settings = AlertEmailSettings::default();
/// settings.host = Some("smtp.example".to_owned());
/// settings.from = Some("Shop <alerts@shop.example>".to_owned());
/// settings.to = vec!["oncall@shop.example".to_owned()];
/// let handler = EmailHandler::new(&settings, Duration::from_secs(10))?;
/// # let _ = handler;
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
pub struct EmailHandler {
    host: String,
    port: u16,
    /// None where the connection is not protected.
    tls: Option<TlsParameters>,
    /// Whether it is protected from the first byte.
    is_implicit: bool,
    credentials: Option<Credentials>,
    password: Option<Secret>,
    from: Mailbox,
    to: Vec<Mailbox>,
    timeout: Duration,
}

impl EmailHandler {
    /// Connects only once there is something to tell.
    ///
    /// # Errors
    ///
    /// [`SetupError::InvalidValue`] if an address, the host or the certificate cannot be used, or a password would
    /// travel in the clear.
    pub fn new(settings: &AlertEmailSettings, timeout: Duration) -> Result<Self, SetupError> {
        let host = required(&settings.host, "alerts.email.host", "the name of a mail server")?.clone();
        let from = required(&settings.from, "alerts.email.from", "the address of the sender")?;
        if settings.to.is_empty() {
            return Err(invalid("alerts.email.to", "nothing", "a list of addresses"));
        }
        let to = settings.to.iter().zip(0..).map(|(to, at)| mailbox(&format!("alerts.email.to[{at}]"), to));
        let default_port = match settings.tls {
            AlertEmailTls::StartTls => 587,
            AlertEmailTls::Implicit => 465,
            AlertEmailTls::None => 25,
        };
        let port = settings.port.unwrap_or(default_port);
        Ok(Self {
            tls: tls(settings, &host)?,
            host,
            port: u16::try_from(port)
                .map_err(|_| invalid("alerts.email.port", &port.to_string(), "a port from 1 to 65535"))?,
            is_implicit: settings.tls == AlertEmailTls::Implicit,
            credentials: credentials(settings)?,
            password: settings.password.clone(),
            from: mailbox("alerts.email.from", from)?,
            to: to.collect::<Result<_, _>>()?,
            timeout,
        })
    }

    async fn send(&self, alerts: &[Alert]) -> Result<(), AlertError> {
        let mail = self.mail(alerts).map_err(|error| AlertError::new(Reason::Serialize, true, &error))?;
        let sent = tokio::time::timeout(self.timeout, self.deliver(&mail)).await;
        match sent {
            Ok(sent) => sent.map_err(|error| self.explained(&error)),
            Err(_) => {
                let words = format!("the mail server did not answer within {:?}", self.timeout);
                Err(AlertError::new(Reason::Timeout, false, &words))
            }
        }
    }

    async fn deliver(&self, mail: &Message) -> Result<(), lettre::transport::smtp::Error> {
        let (server, hello) = ((&*self.host, self.port), ClientId::default());
        let from_the_start = self.tls.clone().filter(|_| self.is_implicit);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &hello, from_the_start, None)
                .await?;
        if let Some(tls) = self.tls.clone().filter(|_| !self.is_implicit) {
            connection.starttls(tls, &hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        connection.send(mail.envelope(), &mail.formatted()).await?;
        // The mail is accepted: a goodbye that fails must not send it again.
        drop(connection.quit().await);
        Ok(())
    }

    pub(super) fn mail(&self, alerts: &[Alert]) -> Result<Message, lettre::error::Error> {
        let to = self.to.iter().cloned();
        let builder = to.fold(Message::builder().from(self.from.clone()), MessageBuilder::to);
        builder.subject(subject(alerts)).header(ContentType::TEXT_PLAIN).body(body(alerts))
    }

    /// A reply of 5xx is for good; without any, the next attempt may get one.
    fn explained(&self, error: &lettre::transport::smtp::Error) -> AlertError {
        let words = error.to_string();
        let words = match self.password.as_ref().filter(|password| password.expose().len() >= 4) {
            Some(password) => words.replace(password.expose(), "***"),
            None => words,
        };
        let reason = match () {
            () if error.is_timeout() => Reason::Timeout,
            () if error.status().is_some() => Reason::Status,
            () => Reason::Connection,
        };
        AlertError::new(reason, error.is_permanent() || error.is_client(), &words)
    }
}

impl AlertHandler for EmailHandler {
    fn handle<'a>(&'a mut self, alerts: &'a [Alert]) -> AlertHandled<'a> {
        Box::pin(self.send(alerts))
    }
}

/// Texts of alerts hold no line break; another header cannot be begun in one.
pub(super) fn subject(alerts: &[Alert]) -> String {
    let Some(first) = alerts.first() else { return String::new() };
    let sign = match first.status {
        AlertStatus::Firing => first.severity.as_str(),
        AlertStatus::Resolved => "resolved",
    };
    let mut subject: String = format!("[{sign}] {}: {}", first.service, first.message);
    subject.retain(|c| !c.is_control());
    subject.truncate(subject.floor_char_boundary(MOST_SUBJECT));
    match alerts.len() {
        1 => subject,
        all => format!("{subject} (and {} more)", all - 1),
    }
}

fn body(alerts: &[Alert]) -> String {
    let mut text = String::new();
    for alert in alerts {
        let Alert { message, rule, service, value, comparison, threshold, .. } = alert;
        let labels: Vec<String> =
            alert.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let ended = alert.ended_at.map(|at| format!("ended:     {}\n", Timestamp(at))).unwrap_or_default();
        text.push_str(&format!(
            "{message}\n\nstatus:    {}, {}\nservice:   {service}\nrule:      {rule}\nmetric:    {} {}\n\
             value:     {} ({comparison} {})\nbegan:     {}\n{ended}\n",
            alert.status.as_str(),
            alert.severity,
            alert.metric,
            labels.join(", "),
            Shown(*value),
            Shown(*threshold),
            Timestamp(alert.started_at),
        ));
    }
    text
}

fn mailbox(key: &str, text: &str) -> Result<Mailbox, SetupError> {
    text.parse().map_err(|_| invalid(key, text, "an address such as `Shop <alerts@shop.example>`"))
}

fn credentials(settings: &AlertEmailSettings) -> Result<Option<Credentials>, SetupError> {
    let (name, password) = match (&settings.username, &settings.password) {
        (None, None) => return Ok(None),
        (Some(name), Some(password)) => (name, password),
        (Some(_), None) => {
            return Err(invalid("alerts.email.password", "nothing", "the password of `username`"));
        }
        (None, Some(_)) => {
            return Err(invalid("alerts.email.username", "nothing", "the name that `password` is of"));
        }
    };
    if settings.tls == AlertEmailTls::None {
        let allowed = "`starttls` or `implicit`, because a password must not travel in the clear";
        return Err(invalid("alerts.email.tls", "none", allowed));
    }
    Ok(Some(Credentials::new(name.clone(), password.expose().to_owned())))
}

fn tls(settings: &AlertEmailSettings, host: &str) -> Result<Option<TlsParameters>, SetupError> {
    if settings.tls == AlertEmailTls::None {
        return Ok(None);
    }
    let mut tls = TlsParameters::builder(host.to_owned());
    if let Some(path) = &settings.certificate {
        tls = tls.certificate_store(CertificateStore::None).add_root_certificate(authority(path)?);
    } else if rustls_native_certs::load_native_certs().certs.is_empty() {
        // A container may have none.
        tls = tls.certificate_store(CertificateStore::WebpkiRoots);
    }
    let built = tls.build_rustls();
    built
        .map(Some)
        .map_err(|_| invalid("alerts.email.certificate", "these files", "certificates that TLS can use"))
}

fn authority(path: &Path) -> Result<Certificate, SetupError> {
    let pem = fs::read(path)
        .map_err(|source| SetupError::Io { what: format!("read {}", path.display()), source })?;
    let parsed = Certificate::from_pem(&pem);
    let shown = path.display().to_string();
    parsed.map_err(|_| invalid("alerts.email.certificate", &shown, "a PEM file with a certificate"))
}

impl fmt::Debug for EmailHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmailHandler").field("host", &self.host).finish_non_exhaustive()
    }
}
