//! The reqwest client: created for the first request and kept for all others.

use super::gate::Gate;
use super::link::{Link, reason};
use super::proxy::{self, Way};
use super::{Exchange, Lost, Sending};
use crate::interrupt::{Ended, Interrupt};
use crate::request::RequestSpec;
use crate::settings::Tls;
use reqwest::blocking;
use std::collections::BTreeMap;
use std::time::Duration;

/// The executor.
pub struct Client {
    /// The environment, which may set a proxy.
    vars: BTreeMap<String, String>,
    made: Option<(Made, blocking::Client, Gate)>,
}

/// The settings that a client was created with; others need another client.
#[derive(Clone, PartialEq, Eq)]
struct Made {
    /// `None` without TLS.
    tls: Option<Tls>,
    direct: bool,
    connect: Duration,
}

impl Client {
    /// A client in this environment.
    pub fn new(vars: BTreeMap<String, String>) -> Self {
        Self { vars, made: None }
    }

    /// Sends a request by a link of this client and waits for the complete answer. With
    /// `interrupt`, the wait ends at Ctrl-C; without, the caller's thread waits.
    pub fn send(
        &mut self,
        link: Link,
        spec: &RequestSpec,
        interrupt: Option<&Interrupt>,
        tell: impl Fn(&str) + Send + 'static,
    ) -> Result<Exchange, Lost> {
        let Some(interrupt) = interrupt else {
            return link.send(spec, &tell);
        };
        let spec = spec.clone();
        let sent = interrupt.run_until_interrupted(move || link.send(&spec, &tell));
        sent.unwrap_or_else(|ended| {
            let unsent = self.break_off();
            Err(match ended {
                Ended::Interrupted if unsent => Lost::InterruptedUnsent,
                Ended::Interrupted => Lost::Interrupted,
                Ended::Broken => Lost::broken(),
            })
        })
    }

    /// Stops requests that are not sent yet from being sent later. Returns whether
    /// none was sent by this client.
    pub fn break_off(&mut self) -> bool {
        self.made.take().is_some_and(|(_, _, gate)| gate.close())
    }

    /// A sender for requests like this one, usable from any thread. Every request goes
    /// through here, so this is where `read_only` refuses one.
    pub fn link(&mut self, spec: &RequestSpec, sending: &Sending) -> Result<Link, Lost> {
        if sending.read_only && spec.writes() {
            return Err(Lost::ReadOnly);
        }
        let way = proxy::way(&self.vars, &spec.url);
        if let Way::Socks(name) = way {
            let why = format!("`{name}` sets a SOCKS proxy, and SOCKS is not supported");
            return Err(Lost::NotSent(why));
        }
        let made = Made {
            tls: (spec.url.scheme() == "https").then(|| sending.tls.clone()),
            direct: way == Way::Direct,
            connect: sending.connect,
        };
        if self.made.as_ref().is_none_or(|(known, ..)| *known != made) {
            let gate = Gate::default();
            let client = made.client(gate.clone());
            let client = client?;
            self.made = Some((made, client, gate));
        }
        let (_, client, gate) = self.made.as_ref().expect("made above");
        Ok(Link::new(client.clone(), sending.clone(), gate.clone()))
    }
}

impl Made {
    fn client(&self, gate: Gate) -> Result<blocking::Client, Lost> {
        // The process-wide provider can be set only once; a second attempt is not an error.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = blocking::Client::builder()
            .user_agent(concat!("sftpgo-shell/", env!("CARGO_PKG_VERSION")))
            // A redirect would send a body or a credential to another server.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            // Shorter than the 60 s after which Go's servers close an idle
            // connection: a request on a dying one has an unknown outcome.
            .pool_idle_timeout(Duration::from_secs(20))
            .tcp_nodelay(true)
            .connector_layer(gate)
            .timeout(None);
        let builder = if self.connect.is_zero() {
            builder
        } else {
            builder.connect_timeout(self.connect)
        };
        let builder = if self.direct {
            builder.no_proxy()
        } else {
            builder
        };
        // Without TLS the trust store is not needed; reading it takes 3 ms.
        let builder = match &self.tls {
            Some(tls) => super::tls::apply(tls, builder.tls_info(true)).map_err(Lost::Local)?,
            None => builder.tls_certs_only([]),
        };
        builder.build().map_err(|why| Lost::NotSent(reason(&why)))
    }
}

/// Whether a URL's host is this machine.
pub fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
