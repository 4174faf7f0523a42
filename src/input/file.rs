//! Reads a whole file, which may be an endless pipe or device.

use crate::error::system;
use std::fs::File;
use std::io::Read;

/// The content of a file of at most `most` bytes, or the reason why it cannot be read.
pub fn read(path: &str, most: u64) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|why| system(&why))?;
    read_from(file, most)
}

/// Like `read`, for a file that is already open.
pub fn read_from(input: impl Read, most: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = input.take(most + 1).read_to_end(&mut bytes);
    read.map_err(|why| system(&why))?;
    if bytes.len() as u64 > most {
        return Err(format!("it is longer than {} MiB", most >> 20));
    }
    Ok(bytes)
}
