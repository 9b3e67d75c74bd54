package conformance

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

func tagsOf(t *testing.T, client *kinesis.Client, stream string) map[string]string {
	t.Helper()
	output, err := client.ListTagsForStream(t.Context(), &kinesis.ListTagsForStreamInput{StreamName: &stream})
	must(t, err)
	return tagMap(output.Tags)
}

func tagMap(tags []types.Tag) map[string]string {
	found := map[string]string{}
	for _, tag := range tags {
		found[*tag.Key] = *tag.Value
	}
	return found
}

func wantTags(t *testing.T, got, want map[string]string) {
	t.Helper()
	if !maps.Equal(got, want) {
		t.Errorf("tags %v, want %v", got, want)
	}
}

func TestTagsAreAddedOverwrittenAndRemoved(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	for _, tags := range []map[string]string{{"a": "1", "b": "2"}, {"a": "3"}} {
		_, err := client.AddTagsToStream(t.Context(), &kinesis.AddTagsToStreamInput{StreamName: &stream, Tags: tags})
		must(t, err)
	}
	wantTags(t, tagsOf(t, client, stream), map[string]string{"a": "3", "b": "2"})
	_, err := client.RemoveTagsFromStream(t.Context(), &kinesis.RemoveTagsFromStreamInput{
		StreamName: &stream,
		TagKeys:    []string{"b", "unknown"},
	})
	must(t, err)
	wantTags(t, tagsOf(t, client, stream), map[string]string{"a": "3"})
	_, err = client.AddTagsToStream(t.Context(), &kinesis.AddTagsToStreamInput{
		StreamName: &stream,
		Tags:       map[string]string{"a;b": "x"},
	})
	refusedAs[*types.InvalidArgumentException](t, err, "Some tags contain invalid characters.")
}

func TestTagsByResourceAreTheStreamsTags(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	arn := summaryOf(t, client, stream).StreamARN
	want := map[string]string{"team": "data"}
	_, err := client.TagResource(t.Context(), &kinesis.TagResourceInput{ResourceARN: arn, Tags: want})
	must(t, err)
	wantTags(t, tagsOf(t, client, stream), want)
	listed, err := client.ListTagsForResource(t.Context(), &kinesis.ListTagsForResourceInput{ResourceARN: arn})
	must(t, err)
	wantTags(t, tagMap(listed.Tags), want)
	_, err = client.UntagResource(t.Context(), &kinesis.UntagResourceInput{ResourceARN: arn, TagKeys: []string{"team"}})
	must(t, err)
	wantTags(t, tagsOf(t, client, stream), nil)
}

func TestAPolicyIsPutReadAndDeleted(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	arn := summaryOf(t, client, newStream(t, client, 1)).StreamARN
	wantPolicy := func(want string) {
		t.Helper()
		output, err := client.GetResourcePolicy(t.Context(), &kinesis.GetResourcePolicyInput{ResourceARN: arn})
		must(t, err)
		if *output.Policy != want {
			t.Errorf("policy %s, want %s", *output.Policy, want)
		}
	}
	policy := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},`+
		`"Action":"kinesis:GetRecords","Resource":%q}]}`, *arn)
	wantPolicy("{}")
	_, err := client.PutResourcePolicy(t.Context(), &kinesis.PutResourcePolicyInput{ResourceARN: arn, Policy: &policy})
	must(t, err)
	wantPolicy(policy)
	_, err = client.DeleteResourcePolicy(t.Context(), &kinesis.DeleteResourcePolicyInput{ResourceARN: arn})
	must(t, err)
	wantPolicy("{}")
	_, err = client.DeleteResourcePolicy(t.Context(), &kinesis.DeleteResourcePolicyInput{ResourceARN: arn})
	refusedAs[*types.ResourceNotFoundException](t, err, *arn)
}

func TestEncryptionShowsOnTheStreamAndOnItsRecords(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	key := "alias/aws/kinesis"
	_, err := client.StartStreamEncryption(t.Context(), &kinesis.StartStreamEncryptionInput{
		StreamName:     &stream,
		EncryptionType: types.EncryptionTypeKms,
		KeyId:          &key,
	})
	must(t, err)
	awaitActive(t, client, stream)
	if summary := summaryOf(t, client, stream); summary.EncryptionType != types.EncryptionTypeKms || *summary.KeyId != key {
		t.Errorf("got %s with %s", summary.EncryptionType, aws.ToString(summary.KeyId))
	}
	if reply := put(t, client, record(stream, "during")); reply.EncryptionType != types.EncryptionTypeKms {
		t.Errorf("put with %q, want KMS", reply.EncryptionType)
	}
	_, err = client.StopStreamEncryption(t.Context(), &kinesis.StopStreamEncryptionInput{
		StreamName:     &stream,
		EncryptionType: types.EncryptionTypeKms,
		KeyId:          &key,
	})
	must(t, err)
	awaitActive(t, client, stream)
	put(t, client, record(stream, "after"))
	records := read(t, client, trimHorizon(stream, first))
	wantTexts(t, records, "during", "after")
	if records[0].EncryptionType != types.EncryptionTypeKms || records[1].EncryptionType != "" {
		t.Errorf("read with %q and %q", records[0].EncryptionType, records[1].EncryptionType)
	}
}

func TestShardLevelMetricsAreSwitchedOnAndOff(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	all, err := client.EnableEnhancedMonitoring(t.Context(), &kinesis.EnableEnhancedMonitoringInput{
		StreamName:        &stream,
		ShardLevelMetrics: []types.MetricsName{types.MetricsNameAll},
	})
	must(t, err)
	if len(all.CurrentShardLevelMetrics) != 0 || len(all.DesiredShardLevelMetrics) != 7 {
		t.Errorf("from %v to %v", all.CurrentShardLevelMetrics, all.DesiredShardLevelMetrics)
	}
	awaitActive(t, client, stream)
	_, err = client.DisableEnhancedMonitoring(t.Context(), &kinesis.DisableEnhancedMonitoringInput{
		StreamName:        &stream,
		ShardLevelMetrics: []types.MetricsName{types.MetricsNameIncomingBytes},
	})
	must(t, err)
	awaitActive(t, client, stream)
	if left := summaryOf(t, client, stream).EnhancedMonitoring[0].ShardLevelMetrics; len(left) != 6 {
		t.Errorf("left %v", left)
	}
}

func TestTheShardCountIsChanged(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 4)
	reply, err := client.UpdateShardCount(t.Context(), &kinesis.UpdateShardCountInput{
		StreamName:       &stream,
		TargetShardCount: aws.Int32(2),
		ScalingType:      types.ScalingTypeUniformScaling,
	})
	must(t, err)
	if *reply.CurrentShardCount != 4 || *reply.TargetShardCount != 2 {
		t.Errorf("from %d to %d", *reply.CurrentShardCount, *reply.TargetShardCount)
	}
	awaitActive(t, client, stream)
	if open := *summaryOf(t, client, stream).OpenShardCount; open != 2 {
		t.Errorf("%d open shards, want 2", open)
	}
	if ids := shardIDs(shardsOf(t, client, stream)); len(ids) != 6 {
		t.Errorf("shards %v, want 6", ids)
	}
}

func TestTheModeIsChangedAndKeepsTheShards(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 2)
	_, err := client.UpdateStreamMode(t.Context(), &kinesis.UpdateStreamModeInput{
		StreamARN:         summaryOf(t, client, stream).StreamARN,
		StreamModeDetails: &types.StreamModeDetails{StreamMode: types.StreamModeOnDemand},
	})
	must(t, err)
	awaitActive(t, client, stream)
	summary := summaryOf(t, client, stream)
	if summary.StreamModeDetails.StreamMode != types.StreamModeOnDemand || *summary.OpenShardCount != 2 {
		t.Errorf("%s with %d shards", summary.StreamModeDetails.StreamMode, *summary.OpenShardCount)
	}
	_, err = client.UpdateStreamWarmThroughput(t.Context(), &kinesis.UpdateStreamWarmThroughputInput{
		StreamName:          &stream,
		WarmThroughputMiBps: aws.Int32(8),
	})
	refusedAs[*types.ValidationException](t, err, "")
}

func TestAStreamTakesLargerRecordsWhenToldTo(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	stream := newStream(t, client, 1)
	_, err := client.UpdateMaxRecordSize(t.Context(), &kinesis.UpdateMaxRecordSizeInput{
		StreamARN:          summaryOf(t, client, stream).StreamARN,
		MaxRecordSizeInKiB: aws.Int32(10240),
	})
	must(t, err)
	awaitActive(t, client, stream)
	large := record(stream, "")
	large.Data = make([]byte, 10*mib-len("key"))
	put(t, client, large)
	if records := read(t, client, trimHorizon(stream, first)); len(records) != 1 || len(records[0].Data) != len(large.Data) {
		t.Errorf("%d records came back", len(records))
	}
}

func TestLimitsAndTheAccountsSettingsAreReadAndSet(t *testing.T) {
	t.Parallel()
	// In a region of its own: the commitment lasts a day, and changes what other tests may do.
	client := newClient(t, func(options *kinesis.Options) { options.Region = "eu-west-3" })
	limits, err := client.DescribeLimits(t.Context(), &kinesis.DescribeLimitsInput{})
	must(t, err)
	if *limits.ShardLimit <= 0 || *limits.OnDemandStreamCountLimit <= 0 {
		t.Errorf("limits of %d and %d", *limits.ShardLimit, *limits.OnDemandStreamCountLimit)
	}
	_, err = client.UpdateAccountSettings(t.Context(), &kinesis.UpdateAccountSettingsInput{
		MinimumThroughputBillingCommitment: &types.MinimumThroughputBillingCommitmentInput{
			Status: types.MinimumThroughputBillingCommitmentInputStatusEnabled,
		},
	})
	must(t, err)
	settings, err := client.DescribeAccountSettings(t.Context(), &kinesis.DescribeAccountSettingsInput{})
	must(t, err)
	commitment := settings.MinimumThroughputBillingCommitment
	if commitment.Status != types.MinimumThroughputBillingCommitmentOutputStatusEnabled ||
		!commitment.EarliestAllowedEndAt.After(time.Now()) {
		t.Errorf("got %s until %v", commitment.Status, commitment.EarliestAllowedEndAt)
	}
}
