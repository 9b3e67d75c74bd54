package conformance

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

// newSplitStream makes one shard, split in two halves: shard 0 is closed, 1 and 2 are open.
func newSplitStream(t *testing.T, client *kinesis.Client) string {
	t.Helper()
	stream := newStream(t, client, 1)
	must(t, split(t, client, stream, first, middleKey.String()))
	awaitActive(t, client, stream)
	return stream
}

func split(t *testing.T, client *kinesis.Client, stream, shard, key string) error {
	t.Helper()
	_, err := client.SplitShard(t.Context(), &kinesis.SplitShardInput{
		StreamName:         &stream,
		ShardToSplit:       &shard,
		NewStartingHashKey: &key,
	})
	return err
}

func merge(t *testing.T, client *kinesis.Client, stream, shard, adjacent string) error {
	t.Helper()
	_, err := client.MergeShards(t.Context(), &kinesis.MergeShardsInput{
		StreamName:           &stream,
		ShardToMerge:         &shard,
		AdjacentShardToMerge: &adjacent,
	})
	return err
}

func wantRange(t *testing.T, shard types.Shard, start, end *big.Int) {
	t.Helper()
	got := shard.HashKeyRange
	if *got.StartingHashKey != start.String() || *got.EndingHashKey != end.String() {
		t.Errorf("%s: %s-%s, want %v-%v", *shard.ShardId, *got.StartingHashKey, *got.EndingHashKey, start, end)
	}
}

func TestASplitClosesTheParentAndHalvesItsRange(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	shards := shardsOf(t, client, newSplitStream(t, client))
	if ids := shardIDs(shards); !slices.Equal(ids, []string{first, second, third}) {
		t.Fatalf("shards %v", ids)
	}
	if shards[0].SequenceNumberRange.EndingSequenceNumber == nil {
		t.Error("the parent is still open")
	}
	wantRange(t, shards[1], new(big.Int), new(big.Int).Sub(middleKey, big.NewInt(1)))
	wantRange(t, shards[2], middleKey, lastKey)
	for _, child := range shards[1:] {
		if *child.ParentShardId != first || child.AdjacentParentShardId != nil {
			t.Errorf("%s has the parents %s and %v", *child.ShardId, *child.ParentShardId, child.AdjacentParentShardId)
		}
		if child.SequenceNumberRange.EndingSequenceNumber != nil {
			t.Errorf("%s is closed", *child.ShardId)
		}
	}
}

func TestAMergeJoinsTwoNeighbours(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 2)
	must(t, merge(t, client, stream, first, second))
	awaitActive(t, client, stream)
	shards := shardsOf(t, client, stream)
	if ids := shardIDs(shards); !slices.Equal(ids, []string{first, second, third}) {
		t.Fatalf("shards %v", ids)
	}
	for _, parent := range shards[:2] {
		if parent.SequenceNumberRange.EndingSequenceNumber == nil {
			t.Errorf("%s is still open", *parent.ShardId)
		}
	}
	child := shards[2]
	if *child.ParentShardId != first || *child.AdjacentParentShardId != second {
		t.Errorf("the child has the parents %s and %s", *child.ParentShardId, *child.AdjacentParentShardId)
	}
	wantRange(t, child, new(big.Int), lastKey)
}

func TestASplitKeyOutsideTheShardIsRefused(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	err := split(t, client, newStream(t, client, 1), first, "1")
	refusedAs[*types.InvalidArgumentException](t, err,
		"is not both greater than one plus the shard's StartingHashKey 0 and less than the shard's EndingHashKey "+lastKey.String())
}

func TestAClosedShardIsNotSplitAgain(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	err := split(t, client, newSplitStream(t, client), first, middleKey.String())
	refusedAs[*types.InvalidArgumentException](t, err, "has already been merged or split")
}

func TestAnUnknownShardIsNotSplit(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	err := split(t, client, newStream(t, client, 1), third, middleKey.String())
	refusedAs[*types.ResourceNotFoundException](t, err, "Could not find shard "+third+" in stream")
}

func TestShardsThatAreNoNeighboursAreNotMerged(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	err := merge(t, client, newStream(t, client, 3), first, third)
	refusedAs[*types.InvalidArgumentException](t, err, "are not an adjacent pair of shards eligible for merging")
}

func TestAnOnDemandStreamIsNotSplitByHand(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStreamFrom(t, client, &kinesis.CreateStreamInput{StreamName: aws.String(uniqueName())})
	refusedAs[*types.ValidationException](t, split(t, client, stream, first, "1000"), "On-Demand")
}

func TestFiltersChooseShardsByTheirPlaceAndByTime(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newSplitStream(t, client)
	creation := summaryOf(t, client, stream).StreamCreationTimestamp
	later := aws.Time(time.Now().Add(time.Hour))
	expectations := []struct {
		filter types.ShardFilter
		want   []string
	}{
		{types.ShardFilter{Type: types.ShardFilterTypeFromTrimHorizon}, []string{first, second, third}},
		{types.ShardFilter{Type: types.ShardFilterTypeAtTrimHorizon}, []string{first}},
		{types.ShardFilter{Type: types.ShardFilterTypeAtLatest}, []string{second, third}},
		{types.ShardFilter{Type: types.ShardFilterTypeAfterShardId, ShardId: aws.String(second)}, []string{third}},
		{types.ShardFilter{Type: types.ShardFilterTypeAtTimestamp, Timestamp: creation}, []string{first}},
		{types.ShardFilter{Type: types.ShardFilterTypeAtTimestamp, Timestamp: later}, []string{second, third}},
		{types.ShardFilter{Type: types.ShardFilterTypeFromTimestamp, Timestamp: creation}, []string{first, second, third}},
	}
	for _, expectation := range expectations {
		output, err := client.ListShards(t.Context(), &kinesis.ListShardsInput{
			StreamName:  &stream,
			ShardFilter: &expectation.filter,
		})
		must(t, err)
		if ids := shardIDs(output.Shards); !slices.Equal(ids, expectation.want) {
			t.Errorf("%s at %v: %v, want %v", expectation.filter.Type, expectation.filter.Timestamp, ids, expectation.want)
		}
	}
}

func TestShardsAreListedInPages(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 5)
	page, err := client.ListShards(t.Context(), &kinesis.ListShardsInput{StreamName: &stream, MaxResults: aws.Int32(2)})
	must(t, err)
	counts := []int{len(page.Shards)}
	for page.NextToken != nil && len(counts) < 10 {
		page, err = client.ListShards(t.Context(), &kinesis.ListShardsInput{
			NextToken:  page.NextToken,
			MaxResults: aws.Int32(2),
		})
		must(t, err)
		counts = append(counts, len(page.Shards))
	}
	if !slices.Equal(counts, []int{2, 2, 1}) {
		t.Errorf("got pages of %v shards", counts)
	}
}

func TestListingStartsAfterAShard(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 3)
	page, err := client.ListShards(t.Context(), &kinesis.ListShardsInput{
		StreamName:            &stream,
		ExclusiveStartShardId: aws.String(first),
	})
	must(t, err)
	if ids := shardIDs(page.Shards); !slices.Equal(ids, []string{second, third}) {
		t.Errorf("got %v", ids)
	}
}

func TestATokenGoesAlone(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 2)
	page, err := client.ListShards(t.Context(), &kinesis.ListShardsInput{StreamName: &stream, MaxResults: aws.Int32(1)})
	must(t, err)
	_, err = client.ListShards(t.Context(), &kinesis.ListShardsInput{StreamName: &stream, NextToken: page.NextToken})
	refusedAs[*types.InvalidArgumentException](t, err, "NextToken and StreamName cannot be provided together.")
	_, err = client.ListShards(t.Context(), &kinesis.ListShardsInput{})
	refusedAs[*types.InvalidArgumentException](t, err, "Either NextToken or StreamName should be provided.")
}
