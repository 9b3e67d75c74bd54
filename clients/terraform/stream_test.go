package terraform

import (
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

// stream is what an aws_kinesis_stream block says. A shard count of zero means that the mode is ON_DEMAND.
type stream struct {
	name                   string
	shardCount             int32
	retentionHours         int32
	shardLevelMetrics      []types.MetricsName
	kmsKeyID               string
	maxRecordSizeKiB       int32
	tags                   map[string]string
	enforceConsumerRemoval bool
}

func (s stream) mode() types.StreamMode {
	if s.shardCount == 0 {
		return types.StreamModeOnDemand
	}
	return types.StreamModeProvisioned
}

func (s stream) clone() stream {
	s.shardLevelMetrics = slices.Clone(s.shardLevelMetrics)
	s.tags = maps.Clone(s.tags)
	return s
}

// resource is the provider's side of an aws_kinesis_stream.
type resource struct {
	t      *testing.T
	client *kinesis.Client
	arn    string
}

// plan reads the account's limits and refuses what would pass them.
func (r *resource) plan(before, after stream) {
	r.t.Helper()
	limits, err := r.client.DescribeLimits(r.t.Context(), &kinesis.DescribeLimitsInput{})
	must(r.t, err)
	if after.mode() == types.StreamModeProvisioned {
		if count := *limits.OpenShardCount + after.shardCount - before.shardCount; count > *limits.ShardLimit {
			r.t.Fatalf("open shard count (%d) would exceed the account's limit (%d)", count, *limits.ShardLimit)
		}
	} else if r.arn == "" {
		if count := *limits.OnDemandStreamCount + 1; count > *limits.OnDemandStreamCountLimit {
			r.t.Fatalf("on-demand stream count (%d) would exceed the account's limit", count)
		}
	}
}

func (r *resource) create(want stream) {
	r.t.Helper()
	r.plan(stream{}, want)
	input := &kinesis.CreateStreamInput{
		StreamName:        &want.name,
		StreamModeDetails: &types.StreamModeDetails{StreamMode: want.mode()},
		Tags:              want.tags,
	}
	if want.mode() == types.StreamModeProvisioned {
		input.ShardCount = &want.shardCount
	}
	if want.maxRecordSizeKiB > 0 {
		input.MaxRecordSizeInKiB = &want.maxRecordSizeKiB
	}
	_, err := r.client.CreateStream(r.t.Context(), input)
	must(r.t, err)
	forget(r.t, r.client, want.name)
	r.awaitActive(want.name, types.StreamStatusCreating)
	r.arn = *r.summary(want.name).StreamARN

	// Always, also when the period is the one that the stream has.
	_, err = r.client.IncreaseStreamRetentionPeriod(r.t.Context(), &kinesis.IncreaseStreamRetentionPeriodInput{
		StreamName:           &want.name,
		RetentionPeriodHours: &want.retentionHours,
	})
	r.updated(want.name, err)
	if len(want.shardLevelMetrics) > 0 {
		r.enableMetrics(want.name, want.shardLevelMetrics)
	}
	if want.kmsKeyID != "" {
		r.startEncryption(want.name, want.kmsKeyID)
	}
	r.read(want)
}

func (r *resource) update(before, after stream) {
	r.t.Helper()
	ctx, name := r.t.Context(), after.name
	r.plan(before, after)
	r.updateTags(name, before.tags, after.tags)
	if before.mode() != after.mode() {
		_, err := r.client.UpdateStreamMode(ctx, &kinesis.UpdateStreamModeInput{
			StreamARN:         &r.arn,
			StreamModeDetails: &types.StreamModeDetails{StreamMode: after.mode()},
		})
		r.updated(name, err)
	}
	if after.mode() == types.StreamModeProvisioned && before.shardCount != after.shardCount {
		_, err := r.client.UpdateShardCount(ctx, &kinesis.UpdateShardCountInput{
			ScalingType:      types.ScalingTypeUniformScaling,
			StreamName:       &name,
			TargetShardCount: &after.shardCount,
		})
		r.updated(name, err)
	}
	if after.retentionHours > before.retentionHours {
		_, err := r.client.IncreaseStreamRetentionPeriod(ctx, &kinesis.IncreaseStreamRetentionPeriodInput{
			StreamName:           &name,
			RetentionPeriodHours: &after.retentionHours,
		})
		r.updated(name, err)
	} else if after.retentionHours < before.retentionHours {
		_, err := r.client.DecreaseStreamRetentionPeriod(ctx, &kinesis.DecreaseStreamRetentionPeriodInput{
			StreamName:           &name,
			RetentionPeriodHours: &after.retentionHours,
		})
		r.updated(name, err)
	}
	if gone := without(before.shardLevelMetrics, after.shardLevelMetrics); len(gone) > 0 {
		_, err := r.client.DisableEnhancedMonitoring(ctx, &kinesis.DisableEnhancedMonitoringInput{
			StreamName:        &name,
			ShardLevelMetrics: gone,
		})
		r.updated(name, err)
	}
	if added := without(after.shardLevelMetrics, before.shardLevelMetrics); len(added) > 0 {
		r.enableMetrics(name, added)
	}
	if before.kmsKeyID != after.kmsKeyID {
		if after.kmsKeyID != "" {
			r.startEncryption(name, after.kmsKeyID)
		} else {
			_, err := r.client.StopStreamEncryption(ctx, &kinesis.StopStreamEncryptionInput{
				EncryptionType: types.EncryptionTypeKms,
				KeyId:          &before.kmsKeyID,
				StreamName:     &name,
			})
			r.updated(name, err)
		}
	}
	if before.maxRecordSizeKiB != after.maxRecordSizeKiB {
		_, err := r.client.UpdateMaxRecordSize(ctx, &kinesis.UpdateMaxRecordSizeInput{
			MaxRecordSizeInKiB: &after.maxRecordSizeKiB,
			StreamARN:          &r.arn,
		})
		r.updated(name, err)
	}
	r.read(after)
}

func (r *resource) updateTags(name string, before, after map[string]string) {
	r.t.Helper()
	var gone []string
	for key := range before {
		if _, stays := after[key]; !stays {
			gone = append(gone, key)
		}
	}
	if len(gone) > 0 {
		_, err := r.client.RemoveTagsFromStream(r.t.Context(), &kinesis.RemoveTagsFromStreamInput{
			StreamName: &name,
			TagKeys:    gone,
		})
		must(r.t, err)
	}
	changed := map[string]string{}
	for key, value := range after {
		if old, had := before[key]; !had || old != value {
			changed[key] = value
		}
	}
	if len(changed) > 0 {
		_, err := r.client.AddTagsToStream(r.t.Context(), &kinesis.AddTagsToStreamInput{StreamName: &name, Tags: changed})
		must(r.t, err)
	}
}

func (r *resource) enableMetrics(name string, metrics []types.MetricsName) {
	r.t.Helper()
	_, err := r.client.EnableEnhancedMonitoring(r.t.Context(), &kinesis.EnableEnhancedMonitoringInput{
		StreamName:        &name,
		ShardLevelMetrics: metrics,
	})
	r.updated(name, err)
}

func (r *resource) startEncryption(name, key string) {
	r.t.Helper()
	_, err := r.client.StartStreamEncryption(r.t.Context(), &kinesis.StartStreamEncryptionInput{
		EncryptionType: types.EncryptionTypeKms,
		KeyId:          &key,
		StreamName:     &name,
	})
	r.updated(name, err)
}

func (r *resource) destroy(have stream) {
	r.t.Helper()
	_, err := r.client.DeleteStream(r.t.Context(), &kinesis.DeleteStreamInput{
		StreamName:              &have.name,
		EnforceConsumerDeletion: &have.enforceConsumerRemoval,
	})
	must(r.t, err)
	awaitState(r.t, string(types.StreamStatusDeleting), "", func() string { return r.status(have.name) })
}

// updated is a call that went through, and the wait after it.
func (r *resource) updated(name string, err error) {
	r.t.Helper()
	must(r.t, err)
	r.awaitActive(name, types.StreamStatusUpdating)
}

func (r *resource) awaitActive(name string, passing types.StreamStatus) {
	r.t.Helper()
	awaitState(r.t, string(passing), string(types.StreamStatusActive), func() string { return r.status(name) })
}

func (r *resource) status(name string) string {
	r.t.Helper()
	output, err := r.client.DescribeStreamSummary(r.t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: &name})
	if isNotFound(err) {
		return ""
	}
	must(r.t, err)
	return string(output.StreamDescriptionSummary.StreamStatus)
}

func (r *resource) summary(name string) *types.StreamDescriptionSummary {
	r.t.Helper()
	output, err := r.client.DescribeStreamSummary(r.t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: &name})
	must(r.t, err)
	return output.StreamDescriptionSummary
}

// read takes the resource's state from the service and fails on any difference, which Terraform would show as a change to be
// made again and again.
func (r *resource) read(want stream) {
	r.t.Helper()
	summary := r.summary(want.name)
	have := stream{
		name:                   *summary.StreamName,
		retentionHours:         *summary.RetentionPeriodHours,
		kmsKeyID:               aws.ToString(summary.KeyId),
		maxRecordSizeKiB:       *summary.MaxRecordSizeInKiB,
		enforceConsumerRemoval: want.enforceConsumerRemoval,
	}
	if summary.StreamModeDetails.StreamMode == types.StreamModeProvisioned {
		have.shardCount = *summary.OpenShardCount
	}
	for _, monitoring := range summary.EnhancedMonitoring {
		have.shardLevelMetrics = append(have.shardLevelMetrics, monitoring.ShardLevelMetrics...)
	}
	tags, err := r.client.ListTagsForStream(r.t.Context(), &kinesis.ListTagsForStreamInput{StreamName: &want.name})
	must(r.t, err)
	have.tags = map[string]string{}
	for _, tag := range tags.Tags {
		have.tags[*tag.Key] = *tag.Value
	}
	slices.Sort(have.shardLevelMetrics)
	want.shardLevelMetrics = slices.Sorted(slices.Values(want.shardLevelMetrics))
	if !slices.Equal(have.shardLevelMetrics, want.shardLevelMetrics) || !maps.Equal(have.tags, want.tags) ||
		have.scalars() != want.scalars() {
		r.t.Fatalf("the service has\n%+v, Terraform wants\n%+v", have, want)
	}
	if wanted := types.EncryptionTypeNone; want.kmsKeyID == "" && summary.EncryptionType != wanted {
		r.t.Fatalf("encryption type %s, want %s", summary.EncryptionType, wanted)
	}
}

type scalars struct {
	name, kmsKeyID                               string
	shardCount, retentionHours, maxRecordSizeKiB int32
}

func (s stream) scalars() scalars {
	return scalars{s.name, s.kmsKeyID, s.shardCount, s.retentionHours, s.maxRecordSizeKiB}
}

func without(metrics, others []types.MetricsName) []types.MetricsName {
	return slices.DeleteFunc(slices.Clone(metrics), func(metric types.MetricsName) bool {
		return slices.Contains(others, metric)
	})
}

func plainStream() stream {
	return stream{
		name:             uniqueName(),
		shardCount:       2,
		retentionHours:   24,
		maxRecordSizeKiB: 1024,
		tags:             map[string]string{"Name": "orders", "Environment": "test"},
	}
}

func TestAStreamIsAppliedAndDestroyed(t *testing.T) {
	t.Parallel()
	terraform := &resource{t: t, client: newClient(t)}
	orders := plainStream()
	terraform.create(orders)
	terraform.destroy(orders)
}

func TestAStreamIsAppliedWithAllItsSettings(t *testing.T) {
	t.Parallel()
	terraform := &resource{t: t, client: newClient(t)}
	orders := plainStream()
	orders.retentionHours = 48
	orders.shardLevelMetrics = []types.MetricsName{types.MetricsNameIncomingBytes, types.MetricsNameOutgoingBytes}
	orders.kmsKeyID = "alias/aws/kinesis"
	orders.maxRecordSizeKiB = 2048
	terraform.create(orders)
	terraform.destroy(orders)
}

func TestEachSettingIsChangedInPlace(t *testing.T) {
	t.Parallel()
	terraform := &resource{t: t, client: newClient(t)}
	have := plainStream()
	terraform.create(have)
	for _, change := range []func(*stream){
		func(s *stream) { s.shardCount = 4 },
		func(s *stream) { s.shardCount = 3 },
		func(s *stream) { s.retentionHours = 72 },
		func(s *stream) { s.retentionHours = 24 },
		func(s *stream) { delete(s.tags, "Environment"); s.tags["Name"] = "new"; s.tags["Team"] = "data" },
		func(s *stream) { s.shardLevelMetrics = []types.MetricsName{types.MetricsNameIncomingBytes} },
		func(s *stream) { s.shardLevelMetrics = []types.MetricsName{types.MetricsNameIncomingRecords} },
		func(s *stream) { s.shardLevelMetrics = nil },
		func(s *stream) { s.kmsKeyID = "alias/aws/kinesis" },
		func(s *stream) { s.kmsKeyID = "alias/another" },
		func(s *stream) { s.kmsKeyID = "" },
		func(s *stream) { s.maxRecordSizeKiB = 10240 },
		func(s *stream) { s.shardCount = 0 },
		func(s *stream) { s.shardCount = 3 },
	} {
		want := have.clone()
		change(&want)
		terraform.update(have, want)
		have = want
	}
	terraform.destroy(have)
}

func TestAnOnDemandStreamIsAppliedAndDestroyed(t *testing.T) {
	t.Parallel()
	terraform := &resource{t: t, client: newClient(t)}
	orders := plainStream()
	orders.shardCount = 0
	terraform.create(orders)
	terraform.destroy(orders)
}
