//! Splitting, merging and listing shards.

use aws_sdk_kinesis::error::ProvideErrorMetadata;
use aws_sdk_kinesis::types::{ChildShard, ShardFilter, ShardFilterType, ShardIteratorType};

use crate::support::{FIRST, MIDDLE_KEY, SECOND, THIRD, TestStream, ids, refusal, texts};

fn child_ids(children: &[ChildShard]) -> Vec<&str> {
    children.iter().map(ChildShard::shard_id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_split_shard_ends_and_names_its_children() {
    let stream = TestStream::with_shards(1).await;
    stream.put("before").await;
    let split = || {
        let request = stream.kinesis.split_shard().stream_name(&stream.name).shard_to_split(FIRST);
        request.new_starting_hash_key(MIDDLE_KEY.to_string()).send()
    };
    split().await.unwrap();
    stream.await_active().await;

    let shards = stream.shards().await;
    assert_eq!(ids(&shards), [FIRST, SECOND, THIRD]);
    assert!(shards[0].sequence_number_range().unwrap().ending_sequence_number().is_some());
    assert_eq!(shards[1].hash_key_range().unwrap().ending_hash_key(), (MIDDLE_KEY - 1).to_string());
    assert_eq!(shards[2].hash_key_range().unwrap().starting_hash_key(), MIDDLE_KEY.to_string());
    assert!(shards[1..].iter().all(|child| child.parent_shard_id() == Some(FIRST)));

    let start = stream.iterator(FIRST, ShardIteratorType::TrimHorizon).await;
    let (records, end) = stream.read_on(start).await;
    assert_eq!(texts(&records), ["before"]);
    assert_eq!(end.next_shard_iterator(), None);
    assert_eq!(child_ids(end.child_shards()), [SECOND, THIRD]);
    assert!(end.child_shards().iter().all(|child| child.parent_shards() == [FIRST]));

    let again = refusal(split().await);
    assert!(again.is_invalid_argument_exception());
    assert!(again.message().unwrap().contains("has already been merged or split"));

    for (kind, expected) in [
        (ShardFilterType::FromTrimHorizon, vec![FIRST, SECOND, THIRD]),
        (ShardFilterType::AtTrimHorizon, vec![FIRST]),
        (ShardFilterType::AtLatest, vec![SECOND, THIRD]),
    ] {
        let filter = ShardFilter::builder().r#type(kind).build().unwrap();
        let listed = stream.kinesis.list_shards().stream_name(&stream.name).shard_filter(filter).send().await.unwrap();
        assert_eq!(ids(listed.shards()), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn merged_shards_name_the_same_child() {
    let stream = TestStream::with_shards(2).await;
    let merge = |one: &str, other: &str| {
        let request = stream.kinesis.merge_shards().stream_name(&stream.name).shard_to_merge(one);
        request.adjacent_shard_to_merge(other).send()
    };
    let inverted = refusal(merge(SECOND, FIRST).await);
    assert!(inverted.is_invalid_argument_exception());
    assert!(inverted.message().unwrap().contains("are not an adjacent pair of shards eligible for merging"));

    merge(FIRST, SECOND).await.unwrap();
    stream.await_active().await;
    for parent in [FIRST, SECOND] {
        let start = stream.iterator(parent, ShardIteratorType::TrimHorizon).await;
        let (_, end) = stream.read_on(start).await;
        assert_eq!(end.next_shard_iterator(), None);
        assert_eq!(child_ids(end.child_shards()), [THIRD]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_are_listed_in_pages() {
    let stream = TestStream::with_shards(5).await;
    let first = stream.kinesis.list_shards().stream_name(&stream.name).max_results(4).send().await.unwrap();
    let token = first.next_token().unwrap();
    let rest = stream.kinesis.list_shards().next_token(token).send().await.unwrap();
    assert_eq!(rest.next_token(), None);
    assert_eq!([ids(first.shards()), ids(rest.shards())].concat(), ids(&stream.shards().await));
}
