// Package conformance puts the AWS SDK for Go v2 in front of a running server.
package conformance

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/smithy-go"
)

const (
	account = "000000000000"
	region  = "us-east-1"
	first   = "shardId-000000000000"
	second  = "shardId-000000000001"
	third   = "shardId-000000000002"
	mib     = 1024 * 1024
	waitMax = 30 * time.Second
)

var (
	middleKey  = new(big.Int).Lsh(big.NewInt(1), 127)
	beyondKeys = new(big.Int).Lsh(big.NewInt(1), 128)
	lastKey    = new(big.Int).Sub(beyondKeys, big.NewInt(1))
)

func setting(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: it says where the server under test is", name)
	}
	return value
}

// newClient makes no retries: they would hide a server that fails now and then.
func newClient(t *testing.T, options ...func(*kinesis.Options)) *kinesis.Client {
	t.Helper()
	return kinesis.New(kinesis.Options{
		BaseEndpoint: aws.String(setting(t, "MILLRACE_ENDPOINT")),
		Region:       region,
		Credentials:  credentials.NewStaticCredentialsProvider("millrace", "millrace", ""),
		Retryer:      aws.NopRetryer{},
		HTTPClient:   http.DefaultClient,
	}, options...)
}

// uniqueName makes names that no other test uses.
func uniqueName() string {
	return "go-" + strings.ToLower(rand.Text())
}

// newStream creates a provisioned stream, awaits ACTIVE and deletes it after the test.
func newStream(t *testing.T, client *kinesis.Client, shards int32) string {
	t.Helper()
	return newStreamFrom(t, client, &kinesis.CreateStreamInput{
		StreamName: aws.String(uniqueName()),
		ShardCount: aws.Int32(shards),
	})
}

func newStreamFrom(t *testing.T, client *kinesis.Client, input *kinesis.CreateStreamInput) string {
	t.Helper()
	_, err := client.CreateStream(t.Context(), input)
	must(t, err)
	t.Cleanup(func() {
		_, err := client.DeleteStream(context.Background(), &kinesis.DeleteStreamInput{
			StreamName:              input.StreamName,
			EnforceConsumerDeletion: aws.Bool(true),
		})
		var notFound *types.ResourceNotFoundException
		var inUse *types.ResourceInUseException
		if err != nil && !errors.As(err, &notFound) && !errors.As(err, &inUse) {
			t.Errorf("deleting %s: %v", *input.StreamName, err)
		}
	})
	awaitActive(t, client, *input.StreamName)
	return *input.StreamName
}

func summaryOf(t *testing.T, client *kinesis.Client, stream string) *types.StreamDescriptionSummary {
	t.Helper()
	output, err := client.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: &stream})
	must(t, err)
	return output.StreamDescriptionSummary
}

func awaitActive(t *testing.T, client *kinesis.Client, stream string) {
	t.Helper()
	eventually(t, stream+" becomes ACTIVE", func() bool {
		return summaryOf(t, client, stream).StreamStatus == types.StreamStatusActive
	})
}

// eventually asks until the answer is true, as every client of an asynchronous service has to.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(waitMax); !holds(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v in vain until %s", waitMax, what)
		}
	}
}

func shardsOf(t *testing.T, client *kinesis.Client, stream string) []types.Shard {
	t.Helper()
	output, err := client.ListShards(t.Context(), &kinesis.ListShardsInput{StreamName: &stream})
	must(t, err)
	return output.Shards
}

func shardIDs(shards []types.Shard) []string {
	ids := make([]string, 0, len(shards))
	for _, shard := range shards {
		ids = append(ids, *shard.ShardId)
	}
	return ids
}

func shardID(index int) string {
	return fmt.Sprintf("shardId-%012d", index)
}

func trimHorizon(stream, shard string) *kinesis.GetShardIteratorInput {
	return &kinesis.GetShardIteratorInput{
		StreamName:        &stream,
		ShardId:           &shard,
		ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	}
}

func iterator(t *testing.T, client *kinesis.Client, position *kinesis.GetShardIteratorInput) string {
	t.Helper()
	output, err := client.GetShardIterator(t.Context(), position)
	must(t, err)
	return *output.ShardIterator
}

// read returns all records from a position to the tip of an open shard, or to the end of a closed one.
func read(t *testing.T, client *kinesis.Client, position *kinesis.GetShardIteratorInput) []types.Record {
	t.Helper()
	records, _ := readOn(t, client, iterator(t, client, position))
	return records
}

// readOn returns the records up to the tip or the end, and the last reply.
func readOn(t *testing.T, client *kinesis.Client, from string) ([]types.Record, *kinesis.GetRecordsOutput) {
	t.Helper()
	var records []types.Record
	for deadline := time.Now().Add(waitMax); time.Now().Before(deadline); {
		page, err := client.GetRecords(t.Context(), &kinesis.GetRecordsInput{ShardIterator: &from})
		must(t, err)
		records = append(records, page.Records...)
		caughtUp := len(page.Records) == 0 && aws.ToInt64(page.MillisBehindLatest) == 0
		if page.NextShardIterator == nil || caughtUp {
			return records, page
		}
		from = *page.NextShardIterator
	}
	t.Fatalf("read for %v without reaching the tip", waitMax)
	return nil, nil
}

func put(t *testing.T, client *kinesis.Client, input *kinesis.PutRecordInput) *kinesis.PutRecordOutput {
	t.Helper()
	output, err := client.PutRecord(t.Context(), input)
	must(t, err)
	return output
}

func record(stream, data string) *kinesis.PutRecordInput {
	return &kinesis.PutRecordInput{StreamName: &stream, Data: []byte(data), PartitionKey: aws.String("key")}
}

func texts(records []types.Record) []string {
	texts := make([]string, 0, len(records))
	for _, record := range records {
		texts = append(texts, string(record.Data))
	}
	return texts
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refusedAs checks that err is the SDK's typed exception E and that its message contains text.
func refusedAs[E smithy.APIError](t *testing.T, err error, text string) {
	t.Helper()
	var refusal E
	if !errors.As(err, &refusal) {
		t.Fatalf("got %v, want a %T", err, refusal)
	}
	if !strings.Contains(refusal.ErrorMessage(), text) {
		t.Fatalf("%s: %q, want %q", refusal.ErrorCode(), refusal.ErrorMessage(), text)
	}
}
