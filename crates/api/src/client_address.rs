//! Who is asking, as far as limits are concerned.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::http::HeaderMap;

/// The address at the other end of the connection; put into each request by [`crate::serve`]. A request without one, as in the
/// simulator, counts as coming from the local machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddress(pub IpAddr);

/// The address whose limits a request uses up. Behind a known reverse proxy it is the last one the proxy added to
/// `X-Forwarded-For`; from anyone else the header is only a claim and is not read. Of an IPv6 address the network counts (/64),
/// since one client has all of it.
pub fn client_address(peer: Option<PeerAddress>, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.to_canonical());
    let forwarded = || {
        let last = headers
            .get_all("x-forwarded-for")
            .iter()
            .next_back()?
            .to_str()
            .ok()?;
        last.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let address = if proxies.contains(&peer) {
        forwarded().unwrap_or(peer)
    } else {
        peer
    };
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// Whether the client came over TLS, as far as a known reverse proxy says so in `X-Forwarded-Proto`. The node itself speaks plain HTTP, and
/// from anyone else the header is only a claim and is not read.
pub fn came_over_tls(peer: Option<PeerAddress>, headers: &HeaderMap, proxies: &[IpAddr]) -> bool {
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.to_canonical());
    let said = || {
        let last = headers.get_all("x-forwarded-proto").iter().next_back()?;
        last.to_str().ok()?.rsplit(',').next()
    };
    proxies.contains(&peer) && said().is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: Option<&str>, proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        if let Some(value) = forwarded {
            headers.insert("x-forwarded-for", value.parse().unwrap());
        }
        let proxies: Vec<IpAddr> = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        client_address(Some(PeerAddress(peer.parse().unwrap())), &headers, &proxies).to_string()
    }

    #[test]
    fn only_a_known_proxy_speaks_for_its_clients() {
        assert_eq!(address("10.0.0.9", Some("1.2.3.4"), &[]), "10.0.0.9");
        assert_eq!(
            address("10.0.0.9", Some("6.6.6.6, 1.2.3.4"), &["10.0.0.9"]),
            "1.2.3.4"
        );
        assert_eq!(address("10.0.0.9", Some("nonsense"), &["10.0.0.9"]), "10.0.0.9");
    }

    #[test]
    fn only_a_known_proxy_says_that_a_client_came_over_tls() {
        let tls = |peer: &str, said: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(value) = said {
                headers.insert("x-forwarded-proto", value.parse().unwrap());
            }
            let peer = PeerAddress(peer.parse().unwrap());
            came_over_tls(Some(peer), &headers, &["10.0.0.9".parse().unwrap()])
        };
        assert!(tls("10.0.0.9", Some("https")) && tls("::ffff:10.0.0.9", Some("http, HTTPS")));
        assert!(!tls("10.0.0.9", Some("https, http")) && !tls("10.0.0.9", None));
        assert!(!tls("10.0.0.8", Some("https")));
    }

    #[test]
    fn one_ipv6_network_is_one_client() {
        assert_eq!(address("2001:db8:1:2:3:4:5:6", None, &[]), "2001:db8:1:2::");
        assert_eq!(address("::ffff:10.0.0.9", None, &[]), "10.0.0.9");
    }
}
