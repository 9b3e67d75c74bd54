//! The server's address, the client, and streams that are gone when their test is over.

use std::collections::hash_map::RandomState;
use std::fmt::Debug;
use std::hash::{BuildHasher, Hasher};
use std::time::{Duration, Instant};

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::{Builder, Credentials, Region};
use aws_sdk_kinesis::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kinesis::operation::get_records::GetRecordsOutput;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::{Record, Shard, ShardIteratorType, StreamDescriptionSummary, StreamStatus};
use aws_smithy_http_client::Builder as HttpClient;

pub const ACCOUNT: &str = "000000000000";
pub const FIRST: &str = "shardId-000000000000";
pub const SECOND: &str = "shardId-000000000001";
pub const THIRD: &str = "shardId-000000000002";
pub const MIDDLE_KEY: u128 = 1 << 127;

const WAIT_MAX: Duration = Duration::from_secs(30);
const ASK_AGAIN: Duration = Duration::from_millis(100);

pub fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: it says where the server under test is"))
}

/// Makes no retries: they would hide a server that fails now and then.
pub fn configuration(region: &'static str) -> Builder {
    aws_sdk_kinesis::config::Config::builder()
        .endpoint_url(setting("MILLRACE_ENDPOINT"))
        .region(Region::new(region))
        .credentials_provider(Credentials::new("millrace", "millrace", None, None, "tests"))
        .retry_config(aws_sdk_kinesis::config::retry::RetryConfig::disabled())
        .http_client(HttpClient::new().build_http())
}

pub fn client() -> Client {
    Client::from_conf(configuration("us-east-1").build())
}

/// A name that no other test uses.
pub fn unique_name() -> String {
    format!("rust-{:016x}", RandomState::new().build_hasher().finish())
}

/// A stream that is deleted when it goes out of scope, also when its test fails.
pub struct TestStream {
    pub kinesis: Client,
    pub name: String,
}

impl TestStream {
    pub async fn with_shards(shards: i32) -> Self {
        Self::named(unique_name(), shards).await
    }

    pub async fn named(name: String, shards: i32) -> Self {
        let kinesis = client();
        kinesis.create_stream().stream_name(&name).shard_count(shards).send().await.unwrap();
        let stream = Self { kinesis, name };
        stream.await_active().await;
        stream
    }

    pub async fn summary(&self) -> StreamDescriptionSummary {
        let output = self.kinesis.describe_stream_summary().stream_name(&self.name).send().await.unwrap();
        output.stream_description_summary.unwrap()
    }

    pub async fn await_active(&self) {
        eventually(&format!("{} becomes ACTIVE", self.name), async || {
            *self.summary().await.stream_status() == StreamStatus::Active
        })
        .await;
    }

    pub async fn shards(&self) -> Vec<Shard> {
        self.kinesis.list_shards().stream_name(&self.name).send().await.unwrap().shards.unwrap()
    }

    /// Puts a record and returns its sequence number.
    pub async fn put(&self, data: &str) -> String {
        let reply = self.kinesis.put_record().stream_name(&self.name).partition_key("key");
        reply.data(Blob::new(data)).send().await.unwrap().sequence_number
    }

    pub async fn iterator(&self, shard: &str, kind: ShardIteratorType) -> String {
        let request = self.kinesis.get_shard_iterator().stream_name(&self.name).shard_id(shard);
        request.shard_iterator_type(kind).send().await.unwrap().shard_iterator.unwrap()
    }

    /// All records of a shard, up to its tip if it is open and to its end if it is closed.
    pub async fn read(&self, shard: &str) -> Vec<Record> {
        self.read_on(self.iterator(shard, ShardIteratorType::TrimHorizon).await).await.0
    }

    /// The records up to the tip or the end, and the last reply.
    pub async fn read_on(&self, from: String) -> (Vec<Record>, GetRecordsOutput) {
        let deadline = Instant::now() + WAIT_MAX;
        let mut iterator = from;
        let mut records = Vec::new();
        loop {
            assert!(Instant::now() < deadline, "read for {WAIT_MAX:?} without reaching the tip");
            let mut page = self.kinesis.get_records().shard_iterator(&iterator).send().await.unwrap();
            let is_empty = page.records.is_empty();
            records.append(&mut page.records);
            match &page.next_shard_iterator {
                Some(next) if !is_empty || page.millis_behind_latest != Some(0) => iterator.clone_from(next),
                _ => return (records, page),
            }
        }
    }
}

impl Drop for TestStream {
    fn drop(&mut self) {
        let delete = self.kinesis.delete_stream().stream_name(&self.name).enforce_consumer_deletion(true);
        // A refusal means that the test has deleted the stream itself, or left it in a passing state.
        let _ = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(delete.send()));
    }
}

pub fn texts(records: &[Record]) -> Vec<String> {
    records.iter().map(|record| String::from_utf8(record.data.as_ref().to_vec()).unwrap()).collect()
}

pub fn ids(shards: &[Shard]) -> Vec<&str> {
    shards.iter().map(Shard::shard_id).collect()
}

/// Asks until the answer is true, as every client of an asynchronous service has to.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + WAIT_MAX;
    while !holds().await {
        assert!(Instant::now() < deadline, "waited {WAIT_MAX:?} in vain until {what}");
        tokio::time::sleep(ASK_AGAIN).await;
    }
}

/// The error that the service answered with, in the SDK's own type for it.
pub fn refusal<T: Debug, E: Debug, R>(outcome: Result<T, SdkError<E, R>>) -> E
where
    R: Debug,
    SdkError<E, R>: std::error::Error,
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    match outcome {
        Err(SdkError::ServiceError(context)) => context.into_err(),
        other => panic!("got {other:?}, want a refusal"),
    }
}
