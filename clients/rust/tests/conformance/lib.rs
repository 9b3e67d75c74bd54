//! The AWS SDK for Rust in front of a running server.
#![cfg(test)]

mod consumers;
mod records;
mod shards;
mod streams;
mod support;
mod tls;
