package conformance

import (
	"bytes"
	"crypto/md5"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

func TestARecordComesBackAsItWasPut(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	data := make([]byte, 256)
	for value := range data {
		data[value] = byte(value)
	}
	key := "ключ-鍵-🔑"
	reply := put(t, client, &kinesis.PutRecordInput{StreamName: &stream, Data: data, PartitionKey: &key})
	if *reply.ShardId != first || reply.EncryptionType != "" {
		t.Errorf("put into %s, encrypted %q", *reply.ShardId, reply.EncryptionType)
	}

	records := read(t, client, trimHorizon(stream, first))
	if len(records) != 1 {
		t.Fatalf("got %d records", len(records))
	}
	got := records[0]
	if !bytes.Equal(got.Data, data) || *got.PartitionKey != key || *got.SequenceNumber != *reply.SequenceNumber {
		t.Errorf("got %q with %s, %s; put with %s", got.Data, *got.PartitionKey, *got.SequenceNumber, *reply.SequenceNumber)
	}
	if got.EncryptionType != "" {
		t.Errorf("encrypted %q", got.EncryptionType)
	}
	if age := time.Since(aws.ToTime(got.ApproximateArrivalTimestamp)); age < -time.Second || age > time.Minute {
		t.Errorf("arrived %v ago", age)
	}
}

func TestEmptyDataIsARecord(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	put(t, client, record(stream, ""))
	wantTexts(t, read(t, client, trimHorizon(stream, first)), "")
}

func TestThePartitionKeysMD5ChoosesTheShard(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 3)
	step := new(big.Int).Div(beyondKeys, big.NewInt(3))
	for _, key := range []string{"a", "b", "c", "d", "e", "f", "ü", "user-4711"} {
		sum := md5.Sum([]byte(key))
		want := shardID(int(new(big.Int).Div(new(big.Int).SetBytes(sum[:]), step).Int64()))
		reply := put(t, client, &kinesis.PutRecordInput{StreamName: &stream, Data: []byte("x"), PartitionKey: &key})
		if *reply.ShardId != want {
			t.Errorf("%q went to %s, want %s", key, *reply.ShardId, want)
		}
	}
}

func TestAnExplicitHashKeyOverrulesThePartitionKey(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 2)
	input := record(stream, "x")
	for key, want := range map[string]string{"0": first, lastKey.String(): second} {
		input.ExplicitHashKey = &key
		if got := *put(t, client, input).ShardId; got != want {
			t.Errorf("%s went to %s, want %s", key, got, want)
		}
	}
	input.ExplicitHashKey = aws.String(beyondKeys.String())
	_, err := client.PutRecord(t.Context(), input)
	refusedAs[*types.InvalidArgumentException](t, err, "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: "+
		"[0, 2^128-1]. Specified value was "+beyondKeys.String())
}

func TestABatchKeepsItsOrderInEachShard(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 2)
	batch := make([]types.PutRecordsRequestEntry, 500)
	for number := range batch {
		batch[number] = types.PutRecordsRequestEntry{
			Data:         fmt.Append(nil, number),
			PartitionKey: aws.String(fmt.Sprintf("key-%d", number%20)),
		}
	}
	reply, err := client.PutRecords(t.Context(), &kinesis.PutRecordsInput{StreamName: &stream, Records: batch})
	must(t, err)
	if aws.ToInt32(reply.FailedRecordCount) != 0 || len(reply.Records) != 500 {
		t.Fatalf("%d of %d failed", aws.ToInt32(reply.FailedRecordCount), len(reply.Records))
	}
	for _, shard := range []string{first, second} {
		var want, got []string
		for number, result := range reply.Records {
			if *result.ShardId == shard {
				want = append(want, fmt.Sprintf("%d %s", number, *result.SequenceNumber))
			}
		}
		for _, record := range read(t, client, trimHorizon(stream, shard)) {
			got = append(got, fmt.Sprintf("%s %s", record.Data, *record.SequenceNumber))
		}
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s holds %v, want %v", shard, got, want)
		}
	}
}

func TestSequenceNumbersGrow(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	input := record(newStream(t, client, 1), "x")
	last := new(big.Int)
	for range 5 {
		reply := put(t, client, input)
		number, ok := new(big.Int).SetString(*reply.SequenceNumber, 10)
		if !ok || number.Cmp(last) <= 0 {
			t.Errorf("%s follows %v", *reply.SequenceNumber, last)
		}
		last = number
		input.SequenceNumberForOrdering = reply.SequenceNumber
	}
}

func TestARecordMayBeAsLargeAsTheLimitAndNoLarger(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	input := record(stream, "")
	input.Data = randomBytes(mib - len("key"))
	put(t, client, input)
	records := read(t, client, trimHorizon(stream, first))
	if len(records) != 1 || !bytes.Equal(records[0].Data, input.Data) {
		t.Error("the record did not come back as it was put")
	}
	input.Data = append(input.Data, '!')
	_, err := client.PutRecord(t.Context(), input)
	refusedAs[*types.ValidationException](t, err, "Member must have length less than or equal to 1048576")
}

func TestABatchBeyondTheLimitsIsRefused(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	batchOf := func(count int, data []byte) error {
		entry := types.PutRecordsRequestEntry{Data: data, PartitionKey: aws.String("k")}
		_, err := client.PutRecords(t.Context(), &kinesis.PutRecordsInput{
			StreamName: &stream,
			Records:    slices.Repeat([]types.PutRecordsRequestEntry{entry}, count),
		})
		return err
	}
	refusedAs[*types.ValidationException](t, batchOf(501, []byte("x")), "Member must have length less than or equal to 500")
	refusedAs[*types.InvalidArgumentException](t, batchOf(11, make([]byte, mib-1)), "Records size exceeds 10 MB limit")
}

func TestAnUnknownStreamTakesNothing(t *testing.T) {
	t.Parallel()
	stream := uniqueName()
	_, err := newClient(t).PutRecord(t.Context(), record(stream, "x"))
	refusedAs[*types.ResourceNotFoundException](t, err,
		fmt.Sprintf("Stream %s under account %s not found.", stream, account))
}

func TestIteratorsStartAtAndAfterASequenceNumber(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	put(t, client, record(stream, "1"))
	position := trimHorizon(stream, first)
	position.StartingSequenceNumber = put(t, client, record(stream, "2")).SequenceNumber
	put(t, client, record(stream, "3"))

	position.ShardIteratorType = types.ShardIteratorTypeAtSequenceNumber
	wantTexts(t, read(t, client, position), "2", "3")
	position.ShardIteratorType = types.ShardIteratorTypeAfterSequenceNumber
	wantTexts(t, read(t, client, position), "3")
}

func TestALatestIteratorMissesNothingPutAfterItWasIssued(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	put(t, client, record(stream, "before"))
	position := trimHorizon(stream, first)
	position.ShardIteratorType = types.ShardIteratorTypeLatest
	latest := iterator(t, client, position)
	put(t, client, record(stream, "after"))
	records, _ := readOn(t, client, latest)
	wantTexts(t, records, "after")
}

func TestATimestampIteratorStartsAtTheFirstRecordThatArrivedSince(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	put(t, client, record(stream, "1"))
	time.Sleep(50 * time.Millisecond)
	put(t, client, record(stream, "2"))
	records := read(t, client, trimHorizon(stream, first))
	if len(records) != 2 {
		t.Fatalf("got %d records", len(records))
	}
	arrived := aws.ToTime(records[1].ApproximateArrivalTimestamp)

	position := trimHorizon(stream, first)
	position.ShardIteratorType = types.ShardIteratorTypeAtTimestamp
	position.Timestamp = &arrived
	wantTexts(t, read(t, client, position), "2")
	position.Timestamp = aws.Time(arrived.Add(time.Millisecond))
	wantTexts(t, read(t, client, position))
	position.Timestamp = aws.Time(time.Now().Add(time.Hour))
	_, err := client.GetShardIterator(t.Context(), position)
	refusedAs[*types.InvalidArgumentException](t, err,
		"The timestampInMillis parameter cannot be greater than the currentTimestampInMillis.")
}

func TestALimitMakesPagesAndEachSaysHowFarBehindItIs(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	for _, data := range []string{"0", "1", "2", "3", "4"} {
		put(t, client, record(stream, data))
	}
	time.Sleep(10 * time.Millisecond)

	start := iterator(t, client, trimHorizon(stream, first))
	page, err := client.GetRecords(t.Context(), &kinesis.GetRecordsInput{ShardIterator: &start, Limit: aws.Int32(3)})
	must(t, err)
	wantTexts(t, page.Records, "0", "1", "2")
	if aws.ToInt64(page.MillisBehindLatest) <= 0 {
		t.Error("two records remain, yet the reader is not behind")
	}
	page, err = client.GetRecords(t.Context(), &kinesis.GetRecordsInput{
		ShardIterator: page.NextShardIterator,
		Limit:         aws.Int32(3),
	})
	must(t, err)
	wantTexts(t, page.Records, "3", "4")
	if aws.ToInt64(page.MillisBehindLatest) != 0 || len(page.ChildShards) != 0 {
		t.Errorf("at the tip: %d ms behind, children %v", aws.ToInt64(page.MillisBehindLatest), page.ChildShards)
	}
}

func TestAPageHoldsTenMebibytesAtMost(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	input := record(stream, "")
	input.Data = randomBytes(mib - len("key"))
	for range 12 {
		put(t, client, input)
	}
	start := iterator(t, client, trimHorizon(stream, first))
	page, err := client.GetRecords(t.Context(), &kinesis.GetRecordsInput{ShardIterator: &start})
	must(t, err)
	if len(page.Records) < 1 || len(page.Records) > 10 {
		t.Errorf("the first page holds %d records of 1 MiB", len(page.Records))
	}
	rest, _ := readOn(t, client, aws.ToString(page.NextShardIterator))
	records := append(page.Records, rest...)
	if len(records) != 12 {
		t.Errorf("got %d records of 12", len(records))
	}
	for index, record := range records {
		if !bytes.Equal(record.Data, input.Data) {
			t.Errorf("record %d is not what was put", index)
		}
	}
}

func TestAnIteratorMayBeUsedAgain(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	put(t, client, record(stream, "x"))
	start := iterator(t, client, trimHorizon(stream, first))
	for range 2 {
		page, err := client.GetRecords(t.Context(), &kinesis.GetRecordsInput{ShardIterator: &start})
		must(t, err)
		wantTexts(t, page.Records, "x")
		if aws.ToString(page.NextShardIterator) == start {
			t.Error("the same iterator was handed back")
		}
	}
}

func TestAMadeUpIteratorIsRefused(t *testing.T) {
	t.Parallel()
	_, err := newClient(t).GetRecords(t.Context(), &kinesis.GetRecordsInput{
		ShardIterator: aws.String("bm90IGFuIGl0ZXJhdG9y"),
	})
	refusedAs[*types.InvalidArgumentException](t, err, "Invalid ShardIterator.")
}

func TestAnIteratorForAnUnknownShardIsRefused(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	_, err := client.GetShardIterator(t.Context(), trimHorizon(stream, third))
	refusedAs[*types.ResourceNotFoundException](t, err,
		fmt.Sprintf("Shard %s in stream %s under account %s does not exist", third, stream, account))
}

func TestASequenceNumberOfAnotherShardIsRefused(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 2)
	input := record(stream, "x")
	input.ExplicitHashKey = aws.String("0")
	position := trimHorizon(stream, second)
	position.ShardIteratorType = types.ShardIteratorTypeAtSequenceNumber
	position.StartingSequenceNumber = put(t, client, input).SequenceNumber
	_, err := client.GetShardIterator(t.Context(), position)
	refusedAs[*types.InvalidArgumentException](t, err, fmt.Sprintf("Invalid StartingSequenceNumber. It encodes %s, "+
		"while it was used in a call to a shard with %s", first, second))
}

func TestASplitShardIsReadToItsEndAndNamesItsChildren(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	input := record(stream, "before")
	input.ExplicitHashKey = aws.String("0")
	put(t, client, input)
	must(t, split(t, client, stream, first, middleKey.String()))
	awaitActive(t, client, stream)

	// A moment after a reshard records still go to the parent.
	input.Data = []byte("after")
	want := []string{"before"}
	eventually(t, second+" takes records", func() bool {
		wentTo := *put(t, client, input).ShardId
		if wentTo == first {
			want = append(want, "after")
		}
		return wentTo == second
	})

	records, last := readOn(t, client, iterator(t, client, trimHorizon(stream, first)))
	wantTexts(t, records, want...)
	if last.NextShardIterator != nil || len(last.ChildShards) != 2 {
		t.Fatalf("at the end: next iterator %v, %d children", last.NextShardIterator, len(last.ChildShards))
	}
	wantChild(t, last.ChildShards[0], second, "0", new(big.Int).Sub(middleKey, big.NewInt(1)).String())
	wantChild(t, last.ChildShards[1], third, middleKey.String(), lastKey.String())
	wantTexts(t, read(t, client, trimHorizon(stream, second)), "after")
}

func TestMergedShardsNameTheSameChild(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 2)
	must(t, merge(t, client, stream, first, second))
	awaitActive(t, client, stream)
	for _, parent := range []string{first, second} {
		records, last := readOn(t, client, iterator(t, client, trimHorizon(stream, parent)))
		wantTexts(t, records)
		if last.NextShardIterator != nil || len(last.ChildShards) != 1 {
			t.Fatalf("at the end: next iterator %v, %d children", last.NextShardIterator, len(last.ChildShards))
		}
		child := last.ChildShards[0]
		if parents := slices.Sorted(slices.Values(child.ParentShards)); *child.ShardId != third ||
			!slices.Equal(parents, []string{first, second}) {
			t.Errorf("%s has the parents %v", *child.ShardId, parents)
		}
	}
}

func wantChild(t *testing.T, child types.ChildShard, id, start, end string) {
	t.Helper()
	if *child.ShardId != id || !slices.Equal(child.ParentShards, []string{first}) {
		t.Errorf("child %s of %v, want %s of %s", *child.ShardId, child.ParentShards, id, first)
	}
	if got := child.HashKeyRange; *got.StartingHashKey != start || *got.EndingHashKey != end {
		t.Errorf("%s: %s-%s, want %s-%s", id, *got.StartingHashKey, *got.EndingHashKey, start, end)
	}
}

func wantTexts(t *testing.T, records []types.Record, want ...string) {
	t.Helper()
	if got := texts(records); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func randomBytes(count int) []byte {
	data := make([]byte, count)
	rand.Read(data)
	return data
}
