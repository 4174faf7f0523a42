//! Addresses and networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::practice::go::quote::quoted;

/// A network: an address and the number of bits of its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// `ADDRESS/BITS`
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let is_number = bits.bytes().all(|digit| digit.is_ascii_digit());
        let bits = bits
            .parse()
            .ok()
            .filter(|bits| is_number && *bits <= most)?;
        Some(Self { address, bits })
    }

    /// The network of an entry: that of a single address has only this one.
    pub(super) fn of_entry(entry: &str) -> Result<String, String> {
        if entry.contains('/') {
            return of_prefix(entry)
                .map_err(|reason| format!("invalid network {}: {reason}", quoted(entry)));
        }
        match parse_address(entry) {
            Ok((IpAddr::V4(address), _)) => Ok(format!("{address}/32")),
            Ok((IpAddr::V6(address), has_zone)) => match address.to_ipv4_mapped() {
                Some(address) => Ok(format!("{address}/32")),
                None if has_zone => Self::of_entry(&format!("{entry}/128")),
                None => Ok(format!("{entry}/128")),
            },
            Err(_) => Err(format!("invalid IP {}", quoted(entry))),
        }
    }

    pub(super) fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or(0);
                Ipv4Addr::to_bits(ours) & mask == Ipv4Addr::to_bits(theirs) & mask
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or(0);
                Ipv6Addr::to_bits(ours) & mask == Ipv6Addr::to_bits(theirs) & mask
            }
            _ => false,
        }
    }
}

/// A network as the server stores it: IPv4 in IPv6 becomes IPv4, others stay as they were written.
fn of_prefix(entry: &str) -> Result<String, String> {
    let wrong = |reason: String| format!("netip.ParsePrefix({}): {reason}", quoted(entry));
    let (address, bits) = entry.rsplit_once('/').unwrap_or((entry, ""));
    let (parsed, has_zone) = parse_address(address).map_err(|reason| {
        let address = quoted(address);
        wrong(format!("ParseAddr({address}): {reason}"))
    })?;
    if has_zone {
        return Err(wrong("IPv6 zones cannot be present in a prefix".to_owned()));
    }
    let is_number = bits.bytes().all(|digit| digit.is_ascii_digit());
    let number: Result<u32, _> = bits.parse();
    let Some(bits) = number
        .ok()
        .filter(|_| is_number && (bits == "0" || !bits.starts_with('0')))
    else {
        return Err(wrong(format!("bad bits after slash: {}", quoted(bits))));
    };
    let most = if parsed.is_ipv4() { 32 } else { 128 };
    if bits > most {
        return Err(wrong("prefix length out of range".to_owned()));
    }
    let mapped = match parsed {
        IpAddr::V6(address) if bits >= 96 => address.to_ipv4_mapped(),
        _ => None,
    };
    Ok(mapped.map_or_else(
        || entry.to_owned(),
        |address| {
            let mask = u32::MAX.checked_shl(128 - bits).unwrap_or(0);
            let address = Ipv4Addr::from_bits(address.to_bits() & mask);
            format!("{address}/{}", bits - 96)
        },
    ))
}

/// An address, and whether it has a zone; the error is that of Go.
fn parse_address(text: &str) -> Result<(IpAddr, bool), String> {
    let Some(mark) = text.find(['.', ':', '%']) else {
        return Err("unable to parse IP".to_owned());
    };
    match text.as_bytes()[mark] {
        b'.' => parse_v4(text).map(|address| (address, false)),
        b'%' => Err("missing IPv6 address".to_owned()),
        _ => {
            let (address, zone) = match text.split_once('%') {
                Some((address, zone)) => (address, Some(zone)),
                None => (text, None),
            };
            let parsed: Result<Ipv6Addr, _> = address.parse();
            match parsed {
                Ok(_) if zone == Some("") => Err("zone must be a non-empty string".to_owned()),
                Ok(parsed) => Ok((parsed.into(), zone.is_some())),
                Err(_) => Err("unable to parse IP".to_owned()),
            }
        }
    }
}

fn parse_v4(text: &str) -> Result<IpAddr, String> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Ok(address.into());
    }
    for (number, field) in text.split('.').enumerate() {
        if let Some(place) = field.find(|digit: char| !digit.is_ascii_digit()) {
            return Err(format!(
                "unexpected character (at {})",
                quoted(&field[place..])
            ));
        }
        let reason = if field.is_empty() {
            "IPv4 field must have at least one digit"
        } else if field.len() > 1 && field.starts_with('0') {
            "IPv4 field has octet with leading zero"
        } else if field.parse::<u8>().is_err() {
            "IPv4 field has value >255"
        } else if number > 3 {
            "IPv4 address too long"
        } else {
            continue;
        };
        return Err(reason.to_owned());
    }
    Err("IPv4 address too short".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_become_networks() {
        for (entry, network) in [
            ("1.2.3.4", Ok("1.2.3.4/32")),
            ("::1", Ok("::1/128")),
            ("::ffff:1.2.3.4", Ok("1.2.3.4/32")),
            ("192.0.2.0/24", Ok("192.0.2.0/24")),
            ("192.0.2.1/24", Ok("192.0.2.1/24")),
            ("::ffff:10.1.0.0/104", Ok("10.0.0.0/8")),
            ("x", Err("invalid IP \"x\"")),
        ] {
            let made = Network::of_entry(entry);
            assert_eq!(made.as_deref().map_err(String::as_str), network);
        }
        for (entry, reason) in [
            ("1.2.3.4/33", "prefix length out of range"),
            ("1.2.3/8", "ParseAddr(\"1.2.3\"): IPv4 address too short"),
            (
                "1.2.3.4.5/8",
                "ParseAddr(\"1.2.3.4.5\"): IPv4 address too long",
            ),
            (
                "1.2.3.04/8",
                "ParseAddr(\"1.2.3.04\"): IPv4 field has octet with leading zero",
            ),
            (
                "1.2.3.256/8",
                "ParseAddr(\"1.2.3.256\"): IPv4 field has value >255",
            ),
            ("a/8", "ParseAddr(\"a\"): unable to parse IP"),
            ("::/129", "prefix length out of range"),
            ("::%x/64", "IPv6 zones cannot be present in a prefix"),
            ("1.2.3.4/+8", "bad bits after slash: \"+8\""),
            ("1.2.3.4/08", "bad bits after slash: \"08\""),
            ("1.2.3.4/", "bad bits after slash: \"\""),
        ] {
            let error =
                format!("invalid network {entry:?}: netip.ParsePrefix({entry:?}): {reason}");
            assert_eq!(Network::of_entry(entry), Err(error));
        }
    }

    #[test]
    fn containing() {
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        for (network, is_in) in [
            ("127.0.0.0/8", true),
            ("0.0.0.0/0", true),
            ("127.0.0.1/32", true),
            ("127.0.0.2/32", false),
            ("::/0", false),
        ] {
            assert_eq!(Network::parse(network).unwrap().contains(loopback), is_in);
        }
    }
}
