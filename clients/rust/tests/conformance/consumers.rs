//! Consumers with enhanced fan-out.

use aws_sdk_kinesis::error::ProvideErrorMetadata;
use aws_sdk_kinesis::operation::subscribe_to_shard::SubscribeToShardOutput;
use aws_sdk_kinesis::types::{
    ConsumerStatus, ShardIteratorType, StartingPosition, SubscribeToShardEvent, SubscribeToShardEventStream,
};

use crate::support::{ACCOUNT, FIRST, MIDDLE_KEY, SECOND, THIRD, TestStream, eventually, refusal, texts};

/// Registers a consumer, awaits ACTIVE and returns its ARN. It goes with its stream.
async fn register(stream: &TestStream, name: &str) -> String {
    let request = stream.kinesis.register_stream_consumer().stream_arn(stream.summary().await.stream_arn);
    let arn = request.consumer_name(name).send().await.unwrap().consumer.unwrap().consumer_arn;
    eventually(&format!("{arn} becomes ACTIVE"), async || {
        let described = stream.kinesis.describe_stream_consumer().consumer_arn(&arn).send().await.unwrap();
        *described.consumer_description().unwrap().consumer_status() == ConsumerStatus::Active
    })
    .await;
    arn
}

async fn subscribe(stream: &TestStream, consumer: &str, from: StartingPosition) -> SubscribeToShardOutput {
    let request = stream.kinesis.subscribe_to_shard().consumer_arn(consumer).shard_id(FIRST);
    request.starting_position(from).send().await.unwrap()
}

fn position(kind: ShardIteratorType, number: Option<String>) -> StartingPosition {
    StartingPosition::builder().r#type(kind).set_sequence_number(number).build().unwrap()
}

/// The next event, or none when the subscription has ended.
async fn next(subscription: &mut SubscribeToShardOutput) -> Option<SubscribeToShardEvent> {
    let event = subscription.event_stream.recv().await.unwrap()?;
    match event {
        SubscribeToShardEventStream::SubscribeToShardEvent(event) => Some(event),
        other => panic!("got {other:?}"),
    }
}

/// The data of at least the next `count` records, and the event that brought the last.
async fn receive(subscription: &mut SubscribeToShardOutput, count: usize) -> (Vec<String>, SubscribeToShardEvent) {
    let mut received = Vec::new();
    while let Some(event) = next(subscription).await {
        received.extend(texts(event.records()));
        if received.len() >= count {
            return (received, event);
        }
    }
    panic!("the subscription ended after {received:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_pushed_as_they_are_put() {
    let stream = TestStream::with_shards(1).await;
    let consumer = register(&stream, "reader").await;
    stream.put("1").await;
    let mut subscription = subscribe(&stream, &consumer, position(ShardIteratorType::TrimHorizon, None)).await;
    assert_eq!(receive(&mut subscription, 1).await.0, ["1"]);
    stream.put("2").await;
    let (received, event) = receive(&mut subscription, 1).await;
    assert_eq!(received, ["2"]);
    assert_eq!(event.millis_behind_latest(), 0);

    let other = register(&stream, "other").await;
    stream.put("3").await;
    let after = position(ShardIteratorType::AfterSequenceNumber, Some(event.continuation_sequence_number));
    assert_eq!(receive(&mut subscribe(&stream, &other, after).await, 1).await.0, ["3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_shard_ends_the_subscription_with_its_children() {
    let stream = TestStream::with_shards(1).await;
    let consumer = register(&stream, "reader").await;
    stream.put("before").await;
    let split = stream.kinesis.split_shard().stream_name(&stream.name).shard_to_split(FIRST);
    split.new_starting_hash_key(MIDDLE_KEY.to_string()).send().await.unwrap();
    stream.await_active().await;
    let mut subscription = subscribe(&stream, &consumer, position(ShardIteratorType::TrimHorizon, None)).await;
    let mut events = Vec::new();
    while let Some(event) = next(&mut subscription).await {
        events.push(event);
    }
    let received: Vec<_> = events.iter().flat_map(|event| texts(event.records())).collect();
    assert_eq!(received, ["before"]);
    let children: Vec<_> = events.last().unwrap().child_shards().iter().map(|child| child.shard_id()).collect();
    assert_eq!(children, [SECOND, THIRD]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_without_a_consumer_is_refused() {
    let stream = TestStream::with_shards(1).await;
    let nobody = format!("{}/consumer/nobody:1700000000", stream.summary().await.stream_arn);
    let request = stream.kinesis.subscribe_to_shard().consumer_arn(&nobody).shard_id(FIRST);
    let from = position(ShardIteratorType::Latest, None);
    let refused = refusal(request.starting_position(from).send().await);
    assert!(refused.is_resource_not_found_exception());
    assert_eq!(refused.message().unwrap(), format!("Consumer {nobody}, account {ACCOUNT} not found."));
}
