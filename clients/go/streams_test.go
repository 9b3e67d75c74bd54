package conformance

import (
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

func describe(t *testing.T, client *kinesis.Client, input *kinesis.DescribeStreamInput) *types.StreamDescription {
	t.Helper()
	output, err := client.DescribeStream(t.Context(), input)
	must(t, err)
	return output.StreamDescription
}

func TestProvisionedShardsTileTheHashSpace(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 3)
	step := new(big.Int).Div(beyondKeys, big.NewInt(3))
	start := new(big.Int)
	for index, shard := range describe(t, client, &kinesis.DescribeStreamInput{StreamName: &stream}).Shards {
		end := lastKey
		if index < 2 {
			end = new(big.Int).Sub(new(big.Int).Add(start, step), big.NewInt(1))
		}
		got := *shard.HashKeyRange
		if *got.StartingHashKey != start.String() || *got.EndingHashKey != end.String() {
			t.Errorf("shard %d: %s-%s, want %v-%v", index, *got.StartingHashKey, *got.EndingHashKey, start, end)
		}
		start = new(big.Int).Add(end, big.NewInt(1))
	}
	if start.Cmp(beyondKeys) != 0 {
		t.Errorf("the last shard ends before %v", start)
	}
}

func TestAStreamIsAwaitedWithTheWaitersAsItComesAndGoes(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := aws.String(uniqueName())
	_, err := client.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: stream, ShardCount: aws.Int32(1)})
	must(t, err)

	exists := kinesis.NewStreamExistsWaiter(client, func(options *kinesis.StreamExistsWaiterOptions) {
		options.MinDelay, options.MaxDelay = 200*time.Millisecond, time.Second
	})
	description, err := exists.WaitForOutput(t.Context(), &kinesis.DescribeStreamInput{StreamName: stream}, waitMax)
	must(t, err)
	if status := description.StreamDescription.StreamStatus; status != types.StreamStatusActive {
		t.Errorf("awaited a stream that is %s", status)
	}

	_, err = client.DeleteStream(t.Context(), &kinesis.DeleteStreamInput{StreamName: stream})
	must(t, err)
	gone := kinesis.NewStreamNotExistsWaiter(client, func(options *kinesis.StreamNotExistsWaiterOptions) {
		options.MinDelay, options.MaxDelay = 200*time.Millisecond, time.Second
	})
	must(t, gone.Wait(t.Context(), &kinesis.DescribeStreamInput{StreamName: stream}, waitMax))
}

func TestAnOnDemandStreamStartsWithFourShards(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStreamFrom(t, client, &kinesis.CreateStreamInput{
		StreamName:        aws.String(uniqueName()),
		StreamModeDetails: &types.StreamModeDetails{StreamMode: types.StreamModeOnDemand},
	})
	summary := summaryOf(t, client, stream)
	if summary.StreamModeDetails.StreamMode != types.StreamModeOnDemand || *summary.OpenShardCount != 4 {
		t.Errorf("got %v with %d shards", summary.StreamModeDetails.StreamMode, *summary.OpenShardCount)
	}
}

func TestAStreamWithoutModeOrShardCountIsOnDemand(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStreamFrom(t, client, &kinesis.CreateStreamInput{StreamName: aws.String(uniqueName())})
	if mode := summaryOf(t, client, stream).StreamModeDetails.StreamMode; mode != types.StreamModeOnDemand {
		t.Errorf("got %s", mode)
	}
}

func TestAFreshStreamIsDescribedWithItsDefaults(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 2)
	description := describe(t, client, &kinesis.DescribeStreamInput{StreamName: &stream})
	if arn := fmt.Sprintf("arn:aws:kinesis:%s:%s:stream/%s", region, account, stream); aws.ToString(description.StreamARN) != arn {
		t.Errorf("ARN %s, want %s", aws.ToString(description.StreamARN), arn)
	}
	if *description.StreamName != stream || description.StreamStatus != types.StreamStatusActive {
		t.Errorf("%s is %s", *description.StreamName, description.StreamStatus)
	}
	if mode := description.StreamModeDetails; mode == nil || mode.StreamMode != types.StreamModeProvisioned {
		t.Errorf("mode %v", mode)
	}
	if aws.ToInt32(description.RetentionPeriodHours) != 24 || aws.ToBool(description.HasMoreShards) {
		t.Errorf("retention %d, more shards %t", aws.ToInt32(description.RetentionPeriodHours), aws.ToBool(description.HasMoreShards))
	}
	if description.EncryptionType != types.EncryptionTypeNone || description.KeyId != nil {
		t.Errorf("encryption %s with key %v", description.EncryptionType, description.KeyId)
	}
	monitoring := description.EnhancedMonitoring
	if len(monitoring) != 1 || len(monitoring[0].ShardLevelMetrics) != 0 {
		t.Errorf("monitoring %v", monitoring)
	}
	if ids := shardIDs(description.Shards); !slices.Equal(ids, []string{first, second}) {
		t.Errorf("shards %v", ids)
	}
	if age := time.Since(aws.ToTime(description.StreamCreationTimestamp)); age < -time.Second || age > time.Minute {
		t.Errorf("created %v ago", age)
	}
}

func TestASummaryCountsInsteadOfListing(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	summary := summaryOf(t, client, newStream(t, client, 2))
	if aws.ToInt32(summary.OpenShardCount) != 2 || aws.ToInt32(summary.ConsumerCount) != 0 ||
		aws.ToInt32(summary.RetentionPeriodHours) != 24 {
		t.Errorf("got %+v", summary)
	}
	// Clients that are told a StreamId leave a custom endpoint for AWS.
	if summary.StreamId != nil {
		t.Errorf("told the StreamId %s", *summary.StreamId)
	}
}

func TestAStreamIsFoundByItsARN(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	arn := summaryOf(t, client, stream).StreamARN
	for _, input := range []*kinesis.DescribeStreamInput{{StreamARN: arn}, {StreamARN: arn, StreamName: &stream}} {
		if name := *describe(t, client, input).StreamName; name != stream {
			t.Errorf("found %s, want %s", name, stream)
		}
	}
}

func TestShardsOfADescriptionComeInPages(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 5)
	pages := kinesis.NewDescribeStreamPaginator(client, &kinesis.DescribeStreamInput{
		StreamName: &stream,
		Limit:      aws.Int32(2),
	})
	var ids []string
	for pages.HasMorePages() && len(ids) < 10 {
		page, err := pages.NextPage(t.Context())
		must(t, err)
		ids = append(ids, shardIDs(page.StreamDescription.Shards)...)
	}
	if want := []string{shardID(0), shardID(1), shardID(2), shardID(3), shardID(4)}; !slices.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
}

func TestStreamsAreListedInOrderAndInPages(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	prefix := uniqueName()
	for _, suffix := range []string{"-c", "-a", "-b"} {
		newStreamFrom(t, client, &kinesis.CreateStreamInput{
			StreamName: aws.String(prefix + suffix),
			ShardCount: aws.Int32(1),
		})
	}
	want := []string{prefix + "-a", prefix + "-b", prefix + "-c"}

	page, err := client.ListStreams(t.Context(), &kinesis.ListStreamsInput{
		ExclusiveStartStreamName: &prefix,
		Limit:                    aws.Int32(2),
	})
	must(t, err)
	if !slices.Equal(page.StreamNames, want[:2]) || len(page.StreamSummaries) != 2 {
		t.Errorf("got %v and %d summaries, want %v", page.StreamNames, len(page.StreamSummaries), want[:2])
	}

	pages := kinesis.NewListStreamsPaginator(client, &kinesis.ListStreamsInput{Limit: aws.Int32(1)})
	var ours []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		must(t, err)
		for _, name := range page.StreamNames {
			if strings.HasPrefix(name, prefix) {
				ours = append(ours, name)
			}
		}
	}
	if !slices.Equal(ours, want) {
		t.Errorf("got %v, want %v", ours, want)
	}
}

func TestRegionsDoNotSeeEachOthersStreams(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	elsewhere := newClient(t, func(options *kinesis.Options) { options.Region = "eu-central-1" })
	_, err := elsewhere.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: &stream})
	refusedAs[*types.ResourceNotFoundException](t, err, "not found")
	page, err := elsewhere.ListStreams(t.Context(), &kinesis.ListStreamsInput{})
	must(t, err)
	if slices.Contains(page.StreamNames, stream) {
		t.Errorf("%s is seen in another region", stream)
	}
}

func TestADeletedStreamIsGoneAndItsNameIsFree(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	_, err := client.DeleteStream(t.Context(), &kinesis.DeleteStreamInput{StreamName: &stream})
	must(t, err)
	var notFound *types.ResourceNotFoundException
	eventually(t, stream+" is gone", func() bool {
		_, err = client.DescribeStream(t.Context(), &kinesis.DescribeStreamInput{StreamName: &stream})
		return errors.As(err, &notFound)
	})
	want := fmt.Sprintf("Stream %s under account %s not found.", stream, account)
	refusedAs[*types.ResourceNotFoundException](t, err, want)
	newStreamFrom(t, client, &kinesis.CreateStreamInput{StreamName: &stream, ShardCount: aws.Int32(1)})
}

func TestATakenNameIsRefused(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	_, err := client.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: &stream, ShardCount: aws.Int32(1)})
	want := fmt.Sprintf("Stream %s under account %s already exists.", stream, account)
	refusedAs[*types.ResourceInUseException](t, err, want)
	var response *awshttp.ResponseError
	if !errors.As(err, &response) || response.HTTPStatusCode() != http.StatusBadRequest || response.ServiceRequestID() == "" {
		t.Errorf("got %v, want status 400 and a request id", err)
	}
}

func TestAnIllegalNameIsRefusedWithTheConstraintItBreaks(t *testing.T) {
	t.Parallel()
	_, err := newClient(t).CreateStream(t.Context(), &kinesis.CreateStreamInput{
		StreamName: aws.String("no spaces, please"),
		ShardCount: aws.Int32(1),
	})
	refusedAs[*types.ValidationException](t, err, "1 validation error detected: Value 'no spaces, please' at 'streamName'"+
		" failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
}

func TestEveryReplyNamesItsRequest(t *testing.T) {
	t.Parallel()
	output, err := newClient(t).ListStreams(t.Context(), &kinesis.ListStreamsInput{})
	must(t, err)
	if id, found := awsmiddleware.GetRequestIDMetadata(output.ResultMetadata); !found || len(id) != 36 {
		t.Errorf("request id %q", id)
	}
}

func TestRetentionGrowsAndShrinks(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	_, err := client.IncreaseStreamRetentionPeriod(t.Context(), increase(stream, 48))
	must(t, err)
	if hours := *summaryOf(t, client, stream).RetentionPeriodHours; hours != 48 {
		t.Errorf("increased to %d hours, want 48", hours)
	}
	_, err = client.DecreaseStreamRetentionPeriod(t.Context(), decrease(stream, 24))
	must(t, err)
	if hours := *summaryOf(t, client, stream).RetentionPeriodHours; hours != 24 {
		t.Errorf("decreased to %d hours, want 24", hours)
	}
}

func TestARetentionOutOfRangeIsRefused(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	_, err := client.IncreaseStreamRetentionPeriod(t.Context(), increase(stream, 23))
	refusedAs[*types.InvalidArgumentException](t, err,
		"Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.")
	_, err = client.IncreaseStreamRetentionPeriod(t.Context(), increase(stream, 8761))
	refusedAs[*types.InvalidArgumentException](t, err,
		"Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.")
	_, err = client.DecreaseStreamRetentionPeriod(t.Context(), decrease(stream, 25))
	refusedAs[*types.InvalidArgumentException](t, err, "can not be longer than existing retention period (24 hours)")
}

func increase(stream string, hours int32) *kinesis.IncreaseStreamRetentionPeriodInput {
	return &kinesis.IncreaseStreamRetentionPeriodInput{StreamName: &stream, RetentionPeriodHours: &hours}
}

func decrease(stream string, hours int32) *kinesis.DecreaseStreamRetentionPeriodInput {
	return &kinesis.DecreaseStreamRetentionPeriodInput{StreamName: &stream, RetentionPeriodHours: &hours}
}
