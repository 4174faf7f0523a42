//! Addresses and networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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

    /// A single address is a network of one address.
    pub(super) fn of_entry(text: &str) -> Result<String, String> {
        if text.contains('/') {
            return match Self::parse(text) {
                Some(_) => Ok(text.to_owned()),
                None => Err(format!(
                    "invalid network {text:?}: netip.ParsePrefix({text:?}): no valid prefix"
                )),
            };
        }
        match text.parse() {
            Ok(IpAddr::V4(address)) => Ok(format!("{address}/32")),
            Ok(IpAddr::V6(address)) => Ok(match address.to_ipv4_mapped() {
                Some(address) => format!("{address}/32"),
                None => format!("{text}/128"),
            }),
            Err(_) => Err(format!("invalid IP {text:?}")),
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
            ("x", Err("invalid IP \"x\"")),
        ] {
            let made = Network::of_entry(entry);
            assert_eq!(made.as_deref().map_err(String::as_str), network);
        }
        for wrong in ["1.2.3.4/33", "1.2.3/8", "::/129", "1.2.3.4/+8", "1.2.3.4/"] {
            assert!(Network::of_entry(wrong).is_err(), "{wrong}");
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
