package conformance

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

func describeConsumer(t *testing.T, client *kinesis.Client, arn string) (*kinesis.DescribeStreamConsumerOutput, error) {
	t.Helper()
	return client.DescribeStreamConsumer(t.Context(), &kinesis.DescribeStreamConsumerInput{ConsumerARN: &arn})
}

// newConsumer registers a consumer, awaits ACTIVE and returns its ARN. It goes with its stream.
func newConsumer(t *testing.T, client *kinesis.Client, stream, name string) string {
	t.Helper()
	output, err := client.RegisterStreamConsumer(t.Context(), &kinesis.RegisterStreamConsumerInput{
		StreamARN:    summaryOf(t, client, stream).StreamARN,
		ConsumerName: &name,
	})
	must(t, err)
	arn := *output.Consumer.ConsumerARN
	eventually(t, arn+" becomes ACTIVE", func() bool {
		output, err := describeConsumer(t, client, arn)
		must(t, err)
		return output.ConsumerDescription.ConsumerStatus == types.ConsumerStatusActive
	})
	return arn
}

func subscribe(t *testing.T, client *kinesis.Client, consumer string, from types.StartingPosition) *kinesis.SubscribeToShardEventStream {
	t.Helper()
	output, err := client.SubscribeToShard(t.Context(), &kinesis.SubscribeToShardInput{
		ConsumerARN:      &consumer,
		ShardId:          aws.String(first),
		StartingPosition: &from,
	})
	must(t, err)
	t.Cleanup(func() { _ = output.GetStream().Close() })
	return output.GetStream()
}

func fromTheStart() types.StartingPosition {
	return types.StartingPosition{Type: types.ShardIteratorTypeTrimHorizon}
}

// receive returns the next records, at least count of them, and the event that brought the last.
func receive(t *testing.T, events *kinesis.SubscribeToShardEventStream, count int) ([]string, types.SubscribeToShardEvent) {
	t.Helper()
	var received []string
	for deadline := time.After(waitMax); ; {
		select {
		case event, open := <-events.Events():
			if !open {
				t.Fatalf("the subscription ended after %v: %v", received, events.Err())
			}
			member := event.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent)
			received = append(received, texts(member.Value.Records)...)
			if len(received) >= count {
				return received, member.Value
			}
		case <-deadline:
			t.Fatalf("waited %v, received %v", waitMax, received)
		}
	}
}

func TestAConsumerIsRegisteredDescribedListedAndDeregistered(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	streamARN := summaryOf(t, client, stream).StreamARN
	arn := newConsumer(t, client, stream, "reader")
	output, err := client.DescribeStreamConsumer(t.Context(), &kinesis.DescribeStreamConsumerInput{
		StreamARN:    streamARN,
		ConsumerName: aws.String("reader"),
	})
	must(t, err)
	if got := output.ConsumerDescription; *got.ConsumerARN != arn || *got.StreamARN != *streamARN {
		t.Errorf("got %s of %s", *got.ConsumerARN, *got.StreamARN)
	}
	listed, err := client.ListStreamConsumers(t.Context(), &kinesis.ListStreamConsumersInput{StreamARN: streamARN})
	must(t, err)
	if len(listed.Consumers) != 1 || *listed.Consumers[0].ConsumerARN != arn || listed.NextToken != nil {
		t.Errorf("listed %+v", listed)
	}
	_, err = client.RegisterStreamConsumer(t.Context(), &kinesis.RegisterStreamConsumerInput{
		StreamARN:    streamARN,
		ConsumerName: aws.String("reader"),
	})
	refusedAs[*types.ResourceInUseException](t, err,
		fmt.Sprintf("Consumer reader under stream %s already exists for account %s.", stream, account))

	_, err = client.DeregisterStreamConsumer(t.Context(), &kinesis.DeregisterStreamConsumerInput{ConsumerARN: &arn})
	must(t, err)
	var notFound *types.ResourceNotFoundException
	eventually(t, arn+" is gone", func() bool {
		_, err = describeConsumer(t, client, arn)
		return errors.As(err, &notFound)
	})
	refusedAs[*types.ResourceNotFoundException](t, err, fmt.Sprintf("Consumer %s, account %s not found.", arn, account))
}

func TestRecordsArePushedAsTheyArePut(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	put(t, client, record(stream, "1"))
	events := subscribe(t, client, newConsumer(t, client, stream, "reader"), fromTheStart())
	received, _ := receive(t, events, 1)
	put(t, client, record(stream, "2"))
	more, event := receive(t, events, 1)
	if received = append(received, more...); !slices.Equal(received, []string{"1", "2"}) {
		t.Errorf("received %v", received)
	}
	if *event.MillisBehindLatest != 0 {
		t.Errorf("%d ms behind", *event.MillisBehindLatest)
	}
}

func TestASubscriptionGoesOnWhereAnotherStopped(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	put(t, client, record(stream, "1"))
	at := put(t, client, record(stream, "2")).SequenceNumber
	events := subscribe(t, client, newConsumer(t, client, stream, "one"), types.StartingPosition{
		Type:           types.ShardIteratorTypeAtSequenceNumber,
		SequenceNumber: at,
	})
	received, event := receive(t, events, 1)
	put(t, client, record(stream, "3"))
	events = subscribe(t, client, newConsumer(t, client, stream, "other"), types.StartingPosition{
		Type:           types.ShardIteratorTypeAfterSequenceNumber,
		SequenceNumber: event.ContinuationSequenceNumber,
	})
	more, _ := receive(t, events, 1)
	if received = append(received, more...); !slices.Equal(received, []string{"2", "3"}) {
		t.Errorf("received %v", received)
	}
}

func TestAClosedShardEndsTheSubscriptionWithItsChildren(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	consumer := newConsumer(t, client, stream, "reader")
	put(t, client, record(stream, "before"))
	must(t, split(t, client, stream, first, middleKey.String()))
	awaitActive(t, client, stream)
	events := subscribe(t, client, consumer, fromTheStart())
	var received []string
	var last types.SubscribeToShardEvent
	for event := range events.Events() {
		last = event.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent).Value
		received = append(received, texts(last.Records)...)
	}
	must(t, events.Err())
	var children []string
	for _, child := range last.ChildShards {
		children = append(children, *child.ShardId)
	}
	if !slices.Equal(received, []string{"before"}) || !slices.Equal(children, []string{second, third}) ||
		last.ContinuationSequenceNumber != nil {
		t.Errorf("received %v, children %v, continuation %v", received, children, last.ContinuationSequenceNumber)
	}
}

func TestConsumersDoNotHinderEachOther(t *testing.T) {
	t.Parallel()
	const consumers, count = 5, 200
	client := newClient(t)
	stream := newStream(t, client, 1)
	var readers sync.WaitGroup
	for number := range consumers {
		events := subscribe(t, client, newConsumer(t, client, stream, "reader-"+strconv.Itoa(number)), fromTheStart())
		if number == 0 {
			continue // It never reads.
		}
		readers.Go(func() {
			var received []string
			for event := range events.Events() {
				member := event.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent)
				received = append(received, texts(member.Value.Records)...)
				if len(received) >= count {
					break
				}
			}
			for index, text := range received {
				if text != strconv.Itoa(index) {
					t.Errorf("record %d is %s", index, text)
				}
			}
			if len(received) != count {
				t.Errorf("received %d records: %v", len(received), events.Err())
			}
		})
	}
	for number := range count {
		put(t, client, record(stream, strconv.Itoa(number)))
	}
	readers.Wait()
}

func TestADeregisteredConsumersSubscriptionEndsWithAnException(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	consumer := newConsumer(t, client, stream, "reader")
	put(t, client, record(stream, "1"))
	events := subscribe(t, client, consumer, fromTheStart())
	receive(t, events, 1)
	_, err := client.DeregisterStreamConsumer(t.Context(), &kinesis.DeregisterStreamConsumerInput{ConsumerARN: &consumer})
	must(t, err)
	for range events.Events() {
	}
	refusedAs[*types.ResourceNotFoundException](t, events.Err(), "")
}

func TestASubscriptionWithoutAConsumerIsRefused(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	nobody := *summaryOf(t, client, newStream(t, client, 1)).StreamARN + "/consumer/nobody:1700000000"
	from := fromTheStart()
	_, err := client.SubscribeToShard(t.Context(), &kinesis.SubscribeToShardInput{
		ConsumerARN:      &nobody,
		ShardId:          aws.String(first),
		StartingPosition: &from,
	})
	refusedAs[*types.ResourceNotFoundException](t, err, fmt.Sprintf("Consumer %s, account %s not found.", nobody, account))
}
