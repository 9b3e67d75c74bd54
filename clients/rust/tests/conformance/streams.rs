//! The life of a stream: create, describe, list, retain, delete.

use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::client::Waiters;
use aws_sdk_kinesis::error::ProvideErrorMetadata;
use aws_sdk_kinesis::operation::RequestId;
use aws_sdk_kinesis::types::{EncryptionType, StreamMode, StreamModeDetails, StreamStatus};

use crate::support::{ACCOUNT, MIDDLE_KEY, TestStream, client, configuration, ids, refusal, unique_name};

const WAITER_MAX: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_provisioned_stream_is_created_described_and_deleted() {
    let kinesis = client();
    let name = unique_name();
    kinesis.create_stream().stream_name(&name).shard_count(2).send().await.unwrap();
    kinesis.wait_until_stream_exists().stream_name(&name).wait(WAITER_MAX).await.unwrap();

    let output = kinesis.describe_stream().stream_name(&name).send().await.unwrap();
    let description = output.stream_description().unwrap();
    assert_eq!(description.stream_name(), name);
    assert_eq!(description.stream_arn(), format!("arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/{name}"));
    assert_eq!(*description.stream_status(), StreamStatus::Active);
    assert_eq!(*description.stream_mode_details().unwrap().stream_mode(), StreamMode::Provisioned);
    assert_eq!(description.retention_period_hours(), 24);
    assert_eq!(description.encryption_type(), Some(&EncryptionType::None));
    assert!(!description.has_more_shards());
    assert_eq!(description.enhanced_monitoring().len(), 1);
    let ranges: Vec<_> = description.shards().iter().map(|shard| shard.hash_key_range().unwrap()).collect();
    assert_eq!(ranges.len(), 2);
    assert_eq!((ranges[0].starting_hash_key(), ranges[1].ending_hash_key()), ("0", &*u128::MAX.to_string()));
    assert_eq!(ranges[1].starting_hash_key(), MIDDLE_KEY.to_string());

    kinesis.delete_stream().stream_name(&name).send().await.unwrap();
    kinesis.wait_until_stream_not_exists().stream_name(&name).wait(WAITER_MAX).await.unwrap();
    let gone = refusal(kinesis.describe_stream().stream_name(&name).send().await);
    assert!(gone.is_resource_not_found_exception());
    assert_eq!(gone.message().unwrap(), format!("Stream {name} under account {ACCOUNT} not found."));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_on_demand_stream_starts_with_four_shards() {
    let kinesis = client();
    let name = unique_name();
    let on_demand = StreamModeDetails::builder().stream_mode(StreamMode::OnDemand).build().unwrap();
    kinesis.create_stream().stream_name(&name).stream_mode_details(on_demand).send().await.unwrap();
    let stream = TestStream { kinesis, name };
    stream.await_active().await;
    let summary = stream.summary().await;
    assert_eq!(*summary.stream_mode_details().unwrap().stream_mode(), StreamMode::OnDemand);
    assert_eq!(summary.open_shard_count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_found_by_its_arn() {
    let stream = TestStream::with_shards(1).await;
    let arn = stream.summary().await.stream_arn;
    let found = stream.kinesis.describe_stream_summary().stream_arn(arn).send().await.unwrap();
    assert_eq!(found.stream_description_summary().unwrap().stream_name(), stream.name);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_listed_in_order_and_in_pages() {
    let prefix = unique_name();
    let later = TestStream::named(format!("{prefix}-b"), 1).await;
    let sooner = TestStream::named(format!("{prefix}-a"), 1).await;
    let mut pages = later.kinesis.list_streams().limit(1).into_paginator().send();
    let mut ours = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        assert_eq!(page.stream_names().len(), page.stream_summaries().len());
        ours.extend(page.stream_names.into_iter().filter(|name| name.starts_with(&prefix)));
    }
    assert_eq!(ours, [sooner.name.clone(), later.name.clone()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_of_a_description_come_in_pages() {
    let stream = TestStream::with_shards(3).await;
    let mut seen = Vec::new();
    loop {
        let request = stream.kinesis.describe_stream().stream_name(&stream.name).limit(2);
        let output = request.set_exclusive_start_shard_id(seen.last().cloned()).send().await.unwrap();
        let page = output.stream_description.unwrap();
        seen.extend(ids(page.shards()).into_iter().map(String::from));
        if !page.has_more_shards() {
            break;
        }
    }
    assert_eq!(seen, ids(&stream.shards().await));
}

#[tokio::test(flavor = "multi_thread")]
async fn regions_do_not_see_each_others_streams() {
    let stream = TestStream::with_shards(1).await;
    let elsewhere = Client::from_conf(configuration("eu-central-1").build());
    let missing = refusal(elsewhere.describe_stream_summary().stream_name(&stream.name).send().await);
    assert!(missing.is_resource_not_found_exception());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_name_is_refused() {
    let stream = TestStream::with_shards(1).await;
    let taken = refusal(stream.kinesis.create_stream().stream_name(&stream.name).shard_count(1).send().await);
    assert!(taken.is_resource_in_use_exception());
    assert_eq!(taken.message().unwrap(), format!("Stream {} under account {ACCOUNT} already exists.", stream.name));
    assert_eq!(taken.meta().request_id().unwrap().len(), 36);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_illegal_name_is_refused_with_the_constraint_it_breaks() {
    let illegal = refusal(client().create_stream().stream_name("no spaces, please").shard_count(1).send().await);
    assert!(illegal.is_validation_exception());
    assert_eq!(
        illegal.message().unwrap(),
        "1 validation error detected: Value 'no spaces, please' at 'streamName' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reply_names_its_request() {
    let output = client().list_streams().send().await.unwrap();
    assert_eq!(output.request_id().unwrap().len(), 36);
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_grows_and_shrinks_within_its_range() {
    let stream = TestStream::with_shards(1).await;
    let kinesis = &stream.kinesis;
    let increase = |hours| {
        kinesis.increase_stream_retention_period().stream_name(&stream.name).retention_period_hours(hours).send()
    };
    let decrease = |hours| {
        kinesis.decrease_stream_retention_period().stream_name(&stream.name).retention_period_hours(hours).send()
    };
    increase(48).await.unwrap();
    assert_eq!(stream.summary().await.retention_period_hours(), 48);
    decrease(24).await.unwrap();
    assert_eq!(stream.summary().await.retention_period_hours(), 24);
    let too_long = refusal(increase(8761).await);
    assert!(too_long.is_invalid_argument_exception());
    assert_eq!(
        too_long.message().unwrap(),
        "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long."
    );
}
