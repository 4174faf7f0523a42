//! What must hold of every row.
#![cfg(test)]
