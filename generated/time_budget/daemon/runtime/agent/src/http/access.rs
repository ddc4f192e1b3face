//! Who is answered: nobody under a name that is not this daemon's, and what tells of processes or
//! decides on them only to who has the token.
//!
//! A page of another site can have a browser send requests here. It cannot send the token, which no
//! cookie carries; and where it gives its own name this machine's address, the name in `Host` tells.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, RwLock};

use axum::extract::{ConnectInfo, Request, State as Shared};
use axum::http::header::{AUTHORIZATION, HOST, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::token::Token;

/// What is answered without a token, whoever asks.
const OPEN: [&str; 4] = ["/", "/page.css", "/page.js", "/healthz"];
/// What is answered without a token on the same machine.
const OPEN_HERE: &str = "/metrics";

/// The rules; a clone is the same rules.
#[derive(Clone, Debug)]
pub struct Access {
    token: Token,
    names: Arc<RwLock<Vec<String>>>,
}

impl Access {
    /// Who has `token` is answered; under `names`, `localhost` and any address.
    pub fn new(token: Token, names: Vec<String>) -> Self {
        Access { token, names: Arc::new(RwLock::new(names)) }
    }

    /// Answers under these names from now on.
    pub fn rename(&self, names: Vec<String>) {
        if let Ok(mut held) = self.names.write() {
            *held = names;
        }
    }

    /// Whether a `Host` is one of this daemon's.
    fn knows(&self, host: &str) -> bool {
        let name = without_port(host);
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let is = |known: &str| known.eq_ignore_ascii_case(name);
        let named = || self.names.read().is_ok_and(|names| names.iter().any(|known| is(known)));
        bare.parse::<IpAddr>().is_ok() || is("localhost") || named()
    }

    fn admits(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        given.and_then(|given| given.strip_prefix("Bearer ")).is_some_and(|t| self.token.admits(t))
    }
}

/// The name in a `Host`, which may hold an IPv6 address in brackets.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Stands before every answer.
pub async fn guard(
    Shared(access): Shared<Access>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let host = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    if !host.is_some_and(|host| access.knows(host)) {
        let why = "this is not a name of this daemon: use its address, or configure host_names\n";
        return (StatusCode::MISDIRECTED_REQUEST, why).into_response();
    }
    let path = request.uri().path();
    let open =
        OPEN.contains(&path) || (path == OPEN_HERE && peer.ip().to_canonical().is_loopback());
    if open || access.admits(request.headers()) {
        return next.run(request).await;
    }
    let why = "this needs the token of the daemon's token file: Authorization: Bearer TOKEN\n";
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")], why).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_and_own_names_are_known() -> std::io::Result<()> {
        let access = Access::new(Token::draw()?, vec!["box.example".to_owned()]);
        for host in
            ["127.0.0.1", "127.0.0.1:9464", "[::1]:9464", "[::1]", "localhost:1", "LOCALHOST"]
        {
            assert!(access.knows(host), "{host}");
        }
        assert!(access.knows("Box.Example:80"));
        for host in ["", "evil.example", "evil.example:9464", "localhost.evil.example", ":1", "[x]"]
        {
            assert!(!access.knows(host), "{host}");
        }
        access.rename(Vec::new());
        assert!(!access.knows("box.example"));
        Ok(())
    }

    #[test]
    fn a_token_is_itself_and_nothing_else() -> std::io::Result<()> {
        let (one, other) = (Token::draw()?, Token::draw()?);
        assert!(one.admits(one.expose()) && !one.admits(other.expose()));
        assert!(!one.admits("") && !one.admits(&one.expose()[1..]));
        assert_eq!(one.expose().len(), 64);
        assert_eq!(format!("{one:?}"), "Token(…)");
        Ok(())
    }
}
