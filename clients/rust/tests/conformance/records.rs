//! Writing records and reading them back.

use std::time::{Duration, SystemTime};

use aws_sdk_kinesis::error::ProvideErrorMetadata;
use aws_sdk_kinesis::primitives::{Blob, DateTime};
use aws_sdk_kinesis::types::{PutRecordsRequestEntry, ShardIteratorType};

use crate::support::{ACCOUNT, FIRST, SECOND, THIRD, TestStream, client, refusal, texts, unique_name};

const MIB: usize = 1024 * 1024;

fn entry(data: impl Into<Vec<u8>>, key: &str) -> PutRecordsRequestEntry {
    PutRecordsRequestEntry::builder().data(Blob::new(data)).partition_key(key).build().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_comes_back_as_it_was_put() {
    let stream = TestStream::with_shards(1).await;
    let data: Vec<u8> = (0..=255).collect();
    let put = stream.kinesis.put_record().stream_name(&stream.name).partition_key("ключ-鍵-🔑");
    let reply = put.data(Blob::new(data.clone())).send().await.unwrap();
    assert_eq!(reply.shard_id(), FIRST);
    assert_eq!(reply.encryption_type(), None);

    let records = stream.read(FIRST).await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].data().as_ref(), data);
    assert_eq!(records[0].partition_key(), Some("ключ-鍵-🔑"));
    assert_eq!(records[0].sequence_number(), reply.sequence_number());
    assert_eq!(records[0].encryption_type(), None);
    let arrived = SystemTime::try_from(*records[0].approximate_arrival_timestamp().unwrap()).unwrap();
    assert!(arrived.elapsed().unwrap_or_default() < Duration::from_secs(60));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explicit_hash_key_overrules_the_partition_key() {
    let stream = TestStream::with_shards(2).await;
    let put = |hash_key: &str| {
        let request = stream.kinesis.put_record().stream_name(&stream.name).partition_key("key");
        request.data(Blob::new("x")).explicit_hash_key(hash_key).send()
    };
    assert_eq!(put("0").await.unwrap().shard_id(), FIRST);
    assert_eq!(put(&u128::MAX.to_string()).await.unwrap().shard_id(), SECOND);
    let beyond = "340282366920938463463374607431768211456";
    let refused = refusal(put(beyond).await);
    assert!(refused.is_invalid_argument_exception());
    assert_eq!(
        refused.message().unwrap(),
        format!(
            "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {beyond}"
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_keeps_its_order_in_each_shard() {
    let stream = TestStream::with_shards(2).await;
    let batch = (0..500).map(|number| entry(number.to_string(), &format!("key-{}", number % 20))).collect();
    let reply = stream.kinesis.put_records().stream_name(&stream.name).set_records(Some(batch)).send().await.unwrap();
    assert_eq!(reply.failed_record_count(), Some(0));
    assert_eq!(reply.records().len(), 500);
    for shard in [FIRST, SECOND] {
        let of_shard = reply.records().iter().enumerate().filter(|(_, result)| result.shard_id() == Some(shard));
        let expected: Vec<_> =
            of_shard.map(|(number, result)| (number.to_string(), result.sequence_number().unwrap())).collect();
        let records = stream.read(shard).await;
        let numbers = records.iter().map(|record| record.sequence_number());
        assert!(!expected.is_empty());
        assert_eq!(texts(&records).into_iter().zip(numbers).collect::<Vec<_>>(), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_five_iterators_start_where_they_say() {
    let stream = TestStream::with_shards(1).await;
    stream.put("1").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let middle = stream.put("2").await;
    let latest = stream.iterator(FIRST, ShardIteratorType::Latest).await;
    stream.put("3").await;

    let everything = stream.read(FIRST).await;
    assert_eq!(texts(&everything), ["1", "2", "3"]);
    assert_eq!(texts(&stream.read_on(latest).await.0), ["3"]);
    let from = async |kind: ShardIteratorType, number: Option<String>, time: Option<DateTime>| {
        let request = stream.kinesis.get_shard_iterator().stream_name(&stream.name).shard_id(FIRST);
        let request = request.shard_iterator_type(kind).set_starting_sequence_number(number).set_timestamp(time);
        let iterator = request.send().await.unwrap().shard_iterator.unwrap();
        texts(&stream.read_on(iterator).await.0)
    };
    assert_eq!(from(ShardIteratorType::AtSequenceNumber, Some(middle.clone()), None).await, ["2", "3"]);
    assert_eq!(from(ShardIteratorType::AfterSequenceNumber, Some(middle), None).await, ["3"]);
    let arrived = everything[1].approximate_arrival_timestamp;
    assert_eq!(from(ShardIteratorType::AtTimestamp, None, arrived).await, ["2", "3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_makes_pages_and_each_says_how_far_behind_it_is() {
    let stream = TestStream::with_shards(1).await;
    for data in ["0", "1", "2", "3", "4"] {
        stream.put(data).await;
    }
    tokio::time::sleep(Duration::from_millis(10)).await;
    let start = stream.iterator(FIRST, ShardIteratorType::TrimHorizon).await;
    let first = stream.kinesis.get_records().shard_iterator(start).limit(3).send().await.unwrap();
    assert_eq!(texts(first.records()), ["0", "1", "2"]);
    assert!(first.millis_behind_latest().unwrap() > 0);
    let next = first.next_shard_iterator().unwrap();
    let second = stream.kinesis.get_records().shard_iterator(next).limit(3).send().await.unwrap();
    assert_eq!(texts(second.records()), ["3", "4"]);
    assert_eq!(second.millis_behind_latest(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_may_be_as_large_as_the_limit_and_no_larger() {
    let stream = TestStream::with_shards(1).await;
    let put = |bytes| {
        let request = stream.kinesis.put_record().stream_name(&stream.name).partition_key("key");
        request.data(Blob::new(vec![b'x'; bytes])).send()
    };
    let largest = MIB - "key".len();
    put(largest).await.unwrap();
    assert_eq!(stream.read(FIRST).await[0].data().as_ref().len(), largest);
    let refused = refusal(put(largest + 1).await);
    assert_eq!(refused.code(), Some("ValidationException"));
    assert!(refused.message().unwrap().contains("Member must have length less than or equal to 1048576"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_beyond_the_limits_is_refused() {
    let stream = TestStream::with_shards(1).await;
    let put = |records| stream.kinesis.put_records().stream_name(&stream.name).set_records(Some(records)).send();
    let too_many = refusal(put(vec![entry("x", "k"); 501]).await);
    assert_eq!(too_many.code(), Some("ValidationException"));
    assert!(too_many.message().unwrap().contains("Member must have length less than or equal to 500"));
    let too_big = refusal(put(vec![entry(vec![b'x'; MIB - 1], "k"); 11]).await);
    assert!(too_big.is_invalid_argument_exception());
    assert_eq!(too_big.message(), Some("Records size exceeds 10 MB limit"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_stream_takes_nothing() {
    let name = unique_name();
    let put = client().put_record().stream_name(&name).partition_key("key").data(Blob::new("x")).send().await;
    let refused = refusal(put);
    assert!(refused.is_resource_not_found_exception());
    assert_eq!(refused.message().unwrap(), format!("Stream {name} under account {ACCOUNT} not found."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_iterator_is_refused() {
    let refused = refusal(client().get_records().shard_iterator("bm90IGFuIGl0ZXJhdG9y").send().await);
    assert!(refused.is_invalid_argument_exception());
    assert_eq!(refused.message(), Some("Invalid ShardIterator."));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_iterator_for_an_unknown_shard_is_refused() {
    let stream = TestStream::with_shards(1).await;
    let request = stream.kinesis.get_shard_iterator().stream_name(&stream.name).shard_id(THIRD);
    let refused = refusal(request.shard_iterator_type(ShardIteratorType::Latest).send().await);
    assert!(refused.is_resource_not_found_exception());
}
