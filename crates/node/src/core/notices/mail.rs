//! The way to the mailboxes of applicants: one server that the configuration names, by SMTP (RFC 5321). No address is logged, and nothing that
//! a server says, which could repeat one.

use std::error::Error as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as From, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use lettre::{Address, Message};
use thiserror::Error;
use tracing::{error, info, warn};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::BlockTime;

use super::letter::Letter;
use crate::config::{MailFile, MailSecurity, MailSettings};

/// Replies at the naming of a mailbox that are about the mailbox, where the server adds no enhanced status (RFC 5321 §4.2.3, §4.3.2).
const ABOUT_MAILBOX: [u16; 3] = [550, 551, 553];

/// Why mail cannot be sent as it is configured.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MailError {
    /// The address from which messages come is none.
    #[error("`desk.mail.from` is no address")]
    From,
    /// The certificate or the name of the server is none.
    #[error("the server for e-mail cannot be trusted as it is configured")]
    Trust,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// The server took it.
    Taken {
        /// Whether it keeps the mailbox itself, so that the message has arrived.
        arrived: bool,
        /// Digest of what it answered.
        evidence: Digest,
    },
    /// The server says of the mailbox that it takes nothing there.
    Refused,
    /// Perhaps another time.
    Later,
}

/// How far a connection came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Greeting, TLS and sign-in.
    Server,
    /// The sender was named.
    Sender,
    /// The mailbox was named.
    Mailbox,
    /// The message was handed over.
    Message,
}

/// Why a message was not taken. It holds none of the server's words, which could repeat an address.
#[derive(Debug)]
struct Fault {
    /// The reply code, where there was a reply.
    code: Option<u16>,
    /// Whether the server did not answer in time.
    late: bool,
    /// Whether the reply is lasting (5xx).
    lasting: bool,
    /// The enhanced status (RFC 3463), where the reply has one: class, subject, detail.
    status: Option<[u16; 3]>,
    step: Step,
    tls: bool,
}

impl Fault {
    /// What the server cannot do.
    fn unable(step: Step) -> Self {
        Self {
            code: None,
            late: false,
            lasting: false,
            status: None,
            step,
            tls: false,
        }
    }

    fn at(step: Step) -> impl Fn(Error) -> Self {
        move |error| Self {
            code: error.status().map(u16::from),
            late: error.is_timeout(),
            lasting: error.is_permanent(),
            status: error.source().and_then(|words| enhanced(&words.to_string())),
            tls: error.is_tls(),
            ..Self::unable(step)
        }
    }

    /// Whether it says of the mailbox, and of nothing else, that it takes nothing. Who we are, whom we may write to through this server, and
    /// what the message is like can be mended by the operator; a mailbox that is none stays none.
    fn refuses_mailbox(&self) -> bool {
        // Before the mailbox was named nothing can be about it.
        let named = matches!(self.step, Step::Mailbox | Step::Message);
        match self.status {
            // 5.1.7 and 5.1.8 are about the address of the sender (RFC 3463 §3.2).
            Some([class, subject, detail]) => {
                named && self.lasting && (class, subject) == (5, 1) && !matches!(detail, 7 | 8)
            }
            None => self.step == Step::Mailbox && self.code.is_some_and(|code| ABOUT_MAILBOX.contains(&code)),
        }
    }
}

/// The enhanced status with which the words of a reply begin (RFC 2034 §4).
fn enhanced(words: &str) -> Option<[u16; 3]> {
    let mut parts = words.split_whitespace().next()?.split('.');
    let mut part = || {
        let digits = parts.next()?;
        let plain = digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse().ok()).flatten()
    };
    let status = [part()?, part()?, part()?];
    (parts.next().is_none() && matches!(status, [2 | 4 | 5, ..])).then_some(status)
}

/// How often what happened.
#[derive(Debug, Default)]
struct Counts {
    denied: AtomicU64,
    refused: AtomicU64,
    again: AtomicU64,
    taken: AtomicU64,
}

/// A server, and from whom messages come.
pub(in crate::core) struct Mail {
    counts: Counts,
    credentials: Option<Credentials>,
    from: Address,
    pub(super) settings: MailFile,
    tls: Tls,
}

impl Mail {
    /// Makes the way ready; nothing is connected yet.
    pub(in crate::core) fn open(settings: MailSettings) -> Result<Self, MailError> {
        let MailSettings {
            file,
            password,
            certificate,
        } = settings;
        let from: Address = file.from.parse().map_err(|_| MailError::From)?;
        let tls = || {
            let mut builder = TlsParameters::builder(file.host.clone());
            if let Some(pem) = &certificate {
                let certificate = Certificate::from_pem(pem).map_err(|_| MailError::Trust)?;
                builder = builder.add_root_certificate(certificate);
            }
            builder.build().map_err(|_| MailError::Trust)
        };
        let tls = match file.security {
            MailSecurity::Tls => Tls::Wrapper(tls()?),
            MailSecurity::Starttls => Tls::Required(tls()?),
            MailSecurity::None => Tls::None,
        };
        let user = file.user.clone().zip(password);
        Ok(Self {
            counts: Counts::default(),
            credentials: user.map(|(user, password)| Credentials::new(user, password.as_str().to_owned())),
            from,
            settings: file,
            tls,
        })
    }

    /// Connects to the server; the department has signed in.
    fn connect(&self) -> Result<SmtpConnection, Error> {
        let server = (self.settings.host.as_str(), self.settings.port);
        let hello = ClientId::Domain(self.from.domain().to_owned());
        let wrapper = match &self.tls {
            Tls::Wrapper(tls) => Some(tls),
            _ => None,
        };
        let timeout = Some(self.settings.timeout());
        let mut connection = SmtpConnection::connect(server, timeout, &hello, wrapper, None)?;
        if let Tls::Required(tls) = &self.tls {
            connection.starttls(tls, &hello)?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials)?;
        }
        Ok(connection)
    }

    /// Hands a message over. Step by step, since the same reply means one thing of the sender and another of the mailbox.
    fn hand_over(&self, to: &Address, message: &Message) -> Result<Response, Fault> {
        let mut connection = self.connect().map_err(Fault::at(Step::Server))?;
        let answer = self.converse(&mut connection, to, &message.formatted());
        connection.abort();
        answer
    }

    fn converse(
        &self,
        connection: &mut SmtpConnection,
        to: &Address,
        bytes: &[u8],
    ) -> Result<Response, Fault> {
        let plain: &str = self.from.as_ref();
        let body = MailParameter::Body(MailBodyParameter::EightBitMime);
        let needs = [
            (
                plain.is_ascii(),
                Extension::SmtpUtfEight,
                MailParameter::SmtpUtfEight,
            ),
            (bytes.is_ascii(), Extension::EightBitMime, body),
        ];
        let mut parameters = Vec::new();
        for (_, extension, parameter) in needs.into_iter().filter(|(ascii, ..)| !ascii) {
            if !connection.server_info().supports_feature(extension) {
                return Err(Fault::unable(Step::Sender));
            }
            parameters.push(parameter);
        }
        let from = From::new(Some(self.from.clone()), parameters);
        connection.command(from).map_err(Fault::at(Step::Sender))?;
        let mailbox = Rcpt::new(to.clone(), Vec::new());
        connection.command(mailbox).map_err(Fault::at(Step::Mailbox))?;
        connection.command(Data).map_err(Fault::at(Step::Message))?;
        connection.message(bytes).map_err(Fault::at(Step::Message))
    }

    /// Sends a letter once, under an identifier by which copies of it are known as such. Waits for the server, so it runs where that holds up
    /// nothing else.
    pub(super) fn send(&self, letter: &Letter, to: &Address, id: &Digest, now: BlockTime) -> Attempt {
        let Some(message) = self.message(letter, to, id, now) else {
            return Attempt::Refused;
        };
        let count = |counter: &AtomicU64| counter.fetch_add(1, Ordering::Relaxed);
        match self.hand_over(to, &message) {
            Ok(answer) => {
                count(&self.counts.taken);
                info!(message = %id, "a notice was taken by the server for e-mail");
                let said: Vec<&str> = answer.message().collect();
                let domain = to.domain();
                let mut domains = self.settings.final_domains.iter();
                Attempt::Taken {
                    arrived: domains.any(|own| own.eq_ignore_ascii_case(domain)),
                    evidence: HashAlgorithm::Sha256.hash(&[said.join("\n").as_bytes()]),
                }
            }
            Err(fault) => {
                let Fault {
                    code,
                    late,
                    lasting,
                    step,
                    tls,
                    ..
                } = fault;
                let status = fault
                    .status
                    .map(|[class, subject, detail]| format!("{class}.{subject}.{detail}"));
                if fault.refuses_mailbox() {
                    count(&self.counts.refused);
                    warn!(message = %id, code, status, "a mailbox is none, says the server for e-mail");
                    return Attempt::Refused;
                }
                count(&self.counts.again);
                if lasting {
                    count(&self.counts.denied);
                    let text = "the server for e-mail refuses this node or a notice, not the mailbox: see `desk.mail`";
                    error!(message = %id, code, status, ?step, "{text}");
                } else {
                    let text = "a notice could not be handed to the server for e-mail";
                    warn!(message = %id, code, status, ?step, late, tls, "{text}");
                }
                Attempt::Later
            }
        }
    }

    /// The message; none where the addresses do not make one.
    fn message(&self, letter: &Letter, to: &Address, id: &Digest, now: BlockTime) -> Option<Message> {
        let date = UNIX_EPOCH.checked_add(Duration::from_millis(now.0))?;
        let name = hex::encode(id.bytes());
        let mut message = Message::builder()
            .from(Mailbox::new(None, self.from.clone()))
            .to(Mailbox::new(None, to.clone()))
            .message_id(Some(format!("<{name}@{}>", self.from.domain())))
            .date(date)
            .subject(&letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .ok()?;
        // No mailbox answers a notice by itself (RFC 3834 §5).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let automatic = HeaderValue::new(automatic, "auto-generated".to_owned());
        message.headers_mut().insert_raw(automatic);
        Some(message)
    }

    /// What was counted since the node started: name, meaning, number.
    pub(in crate::core) fn counts(&self) -> [(&'static str, &'static str, u64); 4] {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        [
            (
                "yinxin_notices_taken_total",
                "Notices that the server for e-mail took",
                of(&self.counts.taken),
            ),
            (
                "yinxin_notices_refused_total",
                "Notices whose mailbox it says is none",
                of(&self.counts.refused),
            ),
            (
                "yinxin_notices_again_total",
                "Attempts after which a notice is tried again",
                of(&self.counts.again),
            ),
            (
                "yinxin_notices_denied_total",
                "Attempts of these in which it refused this node or the message for good, not the mailbox",
                of(&self.counts.denied),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn settings(port: u16, security: MailSecurity) -> MailSettings {
        MailSettings {
            file: MailFile {
                host: "127.0.0.1".to_owned(),
                port,
                security,
                from: "no-reply@gov.example".to_owned(),
                portal: "https://portal.gov.example".to_owned(),
                final_domains: vec!["mail.example".to_owned()],
                user: None,
                password_file: None,
                ca_file: None,
                timeout_ms: 5_000,
                retry_ms: 1,
                attempts: 1,
            },
            password: None,
            certificate: None,
        }
    }

    const PLAIN: &str = "250-mail.example\r\n250 8BITMIME\r\n";

    /// A server that greets and agrees to whatever is said, but where it has another answer to a command (`""` is the greeting), once; what was
    /// said to it, and what was counted: taken, refused, tried again, denied.
    fn heard(
        security: MailSecurity,
        answers: &'static [(&'static str, &'static str)],
    ) -> (Attempt, Vec<String>, [u64; 4]) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let other = |command: &str| {
                answers
                    .iter()
                    .find(|(other, _)| *other == command)
                    .map(|(_, said)| *said)
            };
            let lines = BufReader::new(stream.try_clone().unwrap()).split(b'\n');
            let _ = stream.write_all(other("").unwrap_or("220 mail.example\r\n").as_bytes());
            let mut said = Vec::new();
            for line in lines.map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                let command = line.split(' ').next().unwrap_or_default();
                let answer = other(command).unwrap_or(match command {
                    "EHLO" => PLAIN,
                    "DATA" => "354 go on\r\n",
                    "." | "MAIL" | "RCPT" | "RSET" => "250 OK\r\n",
                    "QUIT" => "221 bye\r\n",
                    _ => "",
                });
                said.push(line);
                if stream.write_all(answer.as_bytes()).is_err() {
                    break;
                }
            }
            said
        });
        let mail = Mail::open(settings(port, security)).unwrap();
        let letter = Letter {
            subject: "[1] 通知 / Notice".to_owned(),
            text: "办件编号：1\r\n.\r\nCase: 1".to_owned(),
        };
        let to = "wang@mail.example".parse().unwrap();
        let id = HashAlgorithm::Sha256.hash(&[b"one"]);
        let attempt = mail.send(&letter, &to, &id, BlockTime(1_770_685_200_000));
        let counts = mail.counts().map(|(_, _, number)| number);
        drop(mail);
        (attempt, server.join().unwrap(), counts)
    }

    #[test]
    fn only_what_a_server_says_of_the_mailbox_is_the_end_of_it() {
        let of_mailbox: [&'static [(&str, &str)]; 6] = [
            &[("RCPT", "550 5.1.1 no such mailbox\r\n")],
            &[("RCPT", "550-5.1.1 no such mailbox,\r\n550 5.1.1 truly\r\n")],
            &[("RCPT", "554 5.1.2 no such domain\r\n")],
            &[("RCPT", "550 no such mailbox\r\n")],
            &[("RCPT", "553 <wang@mail.example> is none\r\n")],
            &[(".", "550 5.1.1 no such mailbox after all\r\n")],
        ];
        for answers in of_mailbox {
            let (attempt, _, counts) = heard(MailSecurity::None, answers);
            assert_eq!((attempt, counts), (Attempt::Refused, [0, 1, 0, 0]), "{answers:?}");
        }
        let of_another: [&'static [(&str, &str)]; 12] = [
            &[("", "554 5.7.1 your address is blocked\r\n")],
            &[("", "550 no\r\n")],
            &[("EHLO", "550 5.1.1 who are you\r\n")],
            &[("MAIL", "550 sender rejected\r\n")],
            &[("MAIL", "553 5.1.0 sender rejected\r\n")],
            &[("RCPT", "550 5.1.8 the sender's domain is none\r\n")],
            &[("RCPT", "550 5.7.1 relaying denied\r\n")],
            &[("RCPT", "554 relay access denied\r\n")],
            &[("RCPT", "552 5.2.2 full\r\n")],
            &[("RCPT", "530 sign in first\r\n")],
            &[("DATA", "550 no\r\n")],
            &[(".", "554 5.7.1 spam\r\n")],
        ];
        for answers in of_another {
            let (attempt, _, counts) = heard(MailSecurity::None, answers);
            assert_eq!((attempt, counts), (Attempt::Later, [0, 0, 1, 1]), "{answers:?}");
        }
        let (attempt, _, counts) = heard(MailSecurity::None, &[("RCPT", "451 5.1.1 not now\r\n")]);
        assert_eq!((attempt, counts), (Attempt::Later, [0, 0, 1, 0]));
    }

    #[test]
    fn an_enhanced_status_is_three_numbers_at_the_beginning() {
        assert_eq!(enhanced("5.1.1 no such mailbox"), Some([5, 1, 1]));
        assert_eq!(enhanced("5.1.10"), Some([5, 1, 10]));
        for none in [
            "",
            "no 5.1.1",
            "5.1",
            "5.1.1.1 x",
            "5.1.1000 x",
            "5..1 x",
            "192.0.2 x",
            "+5.1.1 x",
            "5.+1.1",
        ] {
            assert_eq!(enhanced(none), None, "{none}");
        }
    }

    #[test]
    fn a_letter_is_one_message_whose_lines_end_nothing() {
        let (attempt, said, _) = heard(MailSecurity::None, &[]);
        assert!(
            matches!(attempt, Attempt::Taken { arrived: true, .. }),
            "{attempt:?}"
        );
        assert_eq!(said.iter().filter(|line| *line == ".").count(), 1);
        assert!(
            said.iter()
                .any(|line| line.starts_with("RCPT TO:<wang@mail.example>"))
        );
        assert!(
            said.iter().any(|line| line.starts_with("Date: Tue, 10 Feb 2026")),
            "{said:?}"
        );
    }

    #[test]
    fn without_tls_nothing_is_said_to_a_server_that_must_have_it() {
        let (attempt, said, _) = heard(MailSecurity::Starttls, &[]);
        assert_eq!(attempt, Attempt::Later);
        assert!(!said.iter().any(|line| line.starts_with("MAIL")), "{said:?}");
        let (attempt, said, _) = heard(MailSecurity::Tls, &[("EHLO", "")]);
        assert_eq!(attempt, Attempt::Later);
        assert!(!said.iter().any(|line| line.contains("EHLO")), "{said:?}");
    }

    #[test]
    fn a_certificate_that_is_none_opens_nothing() {
        let mut broken = settings(465, MailSecurity::Tls);
        broken.certificate = Some(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec());
        assert!(matches!(Mail::open(broken), Err(MailError::Trust)));
    }
}
