use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use serde_json::Value;

use super::*;
use crate::{
    alert::{Alert, AlertHandler, AlertStatus},
    export::net::HttpServer,
    settings::{
        AlertComparison, AlertSeverity, AlertSlackSettings, AlertWebhookSettings, AlertmanagerSettings,
    },
};

const TIMEOUT: Duration = Duration::from_secs(60);

fn alert(status: AlertStatus, message: &str) -> Alert {
    let started_at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    Alert {
        rule: "cpu > 90".to_owned(),
        status,
        severity: AlertSeverity::Critical,
        message: message.to_owned(),
        metric: "cpu_usage_percent".to_owned(),
        labels: BTreeMap::from([("type".to_owned(), "total".to_owned())]),
        value: 93.25,
        comparison: AlertComparison::Above,
        threshold: 90.0,
        service: "shop".to_owned(),
        fingerprint: "00".to_owned(),
        started_at,
        ended_at: (status == AlertStatus::Resolved).then(|| started_at + Duration::from_secs(60)),
    }
}

/// The path and the body of the one request that `handler` makes of these alerts.
async fn posted(server: &HttpServer, handler: &mut impl AlertHandler, alerts: &[Alert]) -> (String, Value) {
    handler.handle(alerts).await.expect("it is taken");
    let seen = server.seen();
    let [(parts, body)] = &seen[..] else { panic!("one request, not {}", seen.len()) };
    assert_eq!(parts.headers["content-type"], "application/json");
    (parts.uri.path().to_owned(), serde_json::from_slice(body).expect("JSON"))
}

#[tokio::test]
async fn a_webhook_gets_everything_that_is_known() {
    let server = HttpServer::accepting();
    let url = Some(format!("http://{}/hook?key=1", server.start().await).into());
    let settings = AlertWebhookSettings { url, ..AlertWebhookSettings::default() };
    let mut handler = WebhookHandler::new(&settings, TIMEOUT).expect("legal");
    let alerts =
        [alert(AlertStatus::Firing, "quotes \" and \n breaks"), alert(AlertStatus::Resolved, "over")];
    let (path, body) = posted(&server, &mut handler, &alerts).await;
    assert_eq!((&*path, &body["version"]), ("/hook", &Value::from(1)));
    let fired = &body["alerts"][0];
    assert_eq!(fired["message"], "quotes \" and \n breaks");
    assert_eq!((&fired["status"], &fired["severity"]), (&"firing".into(), &"critical".into()));
    assert_eq!((&fired["value"], &fired["comparison"]), (&Value::from(93.25), &">".into()));
    assert_eq!(
        (&fired["started_at"], &fired["ended_at"]),
        (&"2023-11-14T22:13:20.000000Z".into(), &Value::Null)
    );
    assert_eq!(body["alerts"][1]["ended_at"], "2023-11-14T22:14:20.000000Z");
}

#[tokio::test]
async fn slack_is_mentioned_nobody_and_shown_no_link() {
    let server = HttpServer::accepting();
    let settings =
        AlertSlackSettings { url: Some(format!("http://{}/services/T/B/x", server.start().await).into()) };
    let mut handler = SlackHandler::new(&settings, TIMEOUT).expect("legal");
    let evil = alert(AlertStatus::Firing, "<!channel> <@U1> <https://evil|here> a & b");
    let (_, body) = posted(&server, &mut handler, &[evil.clone(), evil]).await;
    let text = body.to_string();
    assert!(!text.contains("<!") && !text.contains("<@") && !text.contains("<http"), "{text}");
    let block = &body["blocks"][1]["text"];
    assert!(block["text"].as_str().expect("text").contains("&lt;!channel&gt; &lt;@U1&gt;"), "{block}");
    assert_eq!((&block["type"], &block["verbatim"]), (&"mrkdwn".into(), &true.into()));
    assert!(body["text"].as_str().expect("text").ends_with("a &amp; b (and 1 more)"), "{body}");
}

#[test]
fn a_message_to_slack_is_never_too_large() {
    let long = alert(AlertStatus::Firing, &"<".repeat(1024));
    let body = slack::message(&vec![long; 60]);
    let blocks = body["blocks"].as_array().expect("blocks");
    assert_eq!(blocks.len(), 50);
    assert!(blocks.iter().all(|block| block["text"]["text"].as_str().expect("text").len() <= 3000));
    assert_eq!(blocks[49]["text"]["text"], "and 11 more");
}

#[tokio::test]
async fn alertmanager_is_told_as_its_second_api_has_it() {
    let server = HttpServer::accepting();
    let url = Some(format!("http://{}/base/", server.start().await).into());
    let settings = AlertmanagerSettings { url, ..AlertmanagerSettings::default() };
    let mut handler = AlertmanagerHandler::new(&settings, TIMEOUT).expect("legal");
    assert!(handler.repeats().is_some());
    let alerts = [alert(AlertStatus::Firing, "hot"), alert(AlertStatus::Resolved, "cool")];
    let (path, body) = posted(&server, &mut handler, &alerts).await;
    assert_eq!(path, "/base/api/v2/alerts");
    let labels = &body[0]["labels"];
    assert_eq!((&labels["alertname"], &labels["type"]), (&"cpu > 90".into(), &"total".into()));
    assert_eq!((&labels["severity"], &labels["service"]), (&"critical".into(), &"shop".into()));
    assert_eq!(body[0]["annotations"]["summary"], "hot");
    assert!(body[0]["endsAt"].as_str() > Some("2026"), "it ends only if nothing more is heard: {body}");
    assert_eq!(body[1]["endsAt"], "2023-11-14T22:14:20.000000Z");
    assert_eq!(body[0]["labels"], body[1]["labels"], "both are one alert");
}

#[test]
fn what_a_handler_cannot_do_without_is_named() {
    for (error, key) in [
        (SlackHandler::new(&AlertSlackSettings::default(), TIMEOUT).err(), "alerts.slack.url"),
        (WebhookHandler::new(&AlertWebhookSettings::default(), TIMEOUT).err(), "alerts.webhook.url"),
        (
            AlertmanagerHandler::new(&AlertmanagerSettings::default(), TIMEOUT).err(),
            "alerts.alertmanager.url",
        ),
    ] {
        let error = error.expect(key).to_string();
        assert!(error.starts_with(key) && error.contains("nothing"), "{error}");
    }
}

#[cfg(feature = "email")]
mod by_mail {
    use super::*;
    use crate::settings::{AlertEmailSettings, AlertEmailTls};

    fn settings() -> AlertEmailSettings {
        AlertEmailSettings {
            host: Some("127.0.0.1".to_owned()),
            from: Some("Shop <alerts@shop.example>".to_owned()),
            to: vec!["oncall@shop.example".to_owned(), "Boss <boss@shop.example>".to_owned()],
            ..AlertEmailSettings::default()
        }
    }

    #[test]
    fn a_subject_begins_no_other_header() {
        let evil = alert(AlertStatus::Firing, "hot\r\nBcc: everybody@example");
        assert_eq!(email::subject(std::slice::from_ref(&evil)), "[critical] shop: hotBcc: everybody@example");
        let mail = EmailHandler::new(&settings(), TIMEOUT).expect("legal").mail(&[evil]).expect("a mail");
        let text = String::from_utf8(mail.formatted()).expect("text");
        let (head, _) = text.split_once("\r\n\r\n").expect("a head");
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        assert!(head.contains("To: oncall@shop.example, Boss <boss@shop.example>"), "{head}");
        let long = email::subject(&vec![alert(AlertStatus::Resolved, &"é".repeat(500)); 3]);
        assert!(long.len() < 230 && long.ends_with("(and 2 more)"), "{long}");
    }

    #[test]
    fn a_password_does_not_travel_in_the_clear() {
        let mut clear = settings();
        clear.tls = AlertEmailTls::None;
        assert!(EmailHandler::new(&clear, TIMEOUT).is_ok());
        (clear.username, clear.password) = (Some("me".to_owned()), Some("hush-hush".into()));
        let error = EmailHandler::new(&clear, TIMEOUT).expect_err("refused").to_string();
        assert!(error.starts_with("alerts.email.tls") && !error.contains("hush"), "{error}");
        clear.tls = AlertEmailTls::StartTls;
        let handler = EmailHandler::new(&clear, TIMEOUT).expect("legal");
        assert!(!format!("{handler:?}").contains("hush"));
    }

    #[test]
    fn mistakes_name_their_key() {
        type Change = fn(&mut AlertEmailSettings);
        let cases: [(Change, &str); 6] = [
            (|it| it.host = None, "alerts.email.host"),
            (|it| it.from = Some("no address".to_owned()), "alerts.email.from"),
            (|it| it.to.clear(), "alerts.email.to"),
            (|it| it.to.push("a@b@c".to_owned()), "alerts.email.to[2]"),
            (|it| it.username = Some("me".to_owned()), "alerts.email.password"),
            (|it| it.password = Some("hush".into()), "alerts.email.username"),
        ];
        for (change, key) in cases {
            let mut settings = settings();
            change(&mut settings);
            let error = EmailHandler::new(&settings, TIMEOUT).expect_err(key).to_string();
            assert!(error.starts_with(&format!("{key}:")) && !error.contains("hush"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_may_be_asked_again() {
        let nobody =
            std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
        let mut settings = settings();
        (settings.tls, settings.port) = (AlertEmailTls::None, Some(u32::from(nobody.port())));
        let mut handler = EmailHandler::new(&settings, TIMEOUT).expect("legal");
        let error = handler.handle(&[alert(AlertStatus::Firing, "hot")]).await.expect_err("nobody listens");
        assert!(format!("{error:?}").contains("is_final: false"), "{error:?}");
    }
}
