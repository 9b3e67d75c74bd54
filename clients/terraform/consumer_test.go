package terraform

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

// consumerStatus is the state of an aws_kinesis_stream_consumer, empty when it is gone.
func consumerStatus(t *testing.T, client *kinesis.Client, arn string) string {
	t.Helper()
	output, err := client.DescribeStreamConsumer(t.Context(), &kinesis.DescribeStreamConsumerInput{ConsumerARN: &arn})
	if isNotFound(err) {
		return ""
	}
	must(t, err)
	return string(output.ConsumerDescription.ConsumerStatus)
}

func createConsumer(t *testing.T, client *kinesis.Client, streamARN, name string) string {
	t.Helper()
	output, err := client.RegisterStreamConsumer(t.Context(), &kinesis.RegisterStreamConsumerInput{
		ConsumerName: &name,
		StreamARN:    &streamARN,
	})
	must(t, err)
	arn := *output.Consumer.ConsumerARN
	awaitState(t, string(types.ConsumerStatusCreating), string(types.ConsumerStatusActive), func() string {
		return consumerStatus(t, client, arn)
	})
	return arn
}

func TestAConsumerIsAppliedReadAndDestroyed(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	terraform := &resource{t: t, client: client}
	orders := plainStream()
	terraform.create(orders)
	arn := createConsumer(t, client, terraform.arn, "reader")

	output, err := client.DescribeStreamConsumer(t.Context(), &kinesis.DescribeStreamConsumerInput{ConsumerARN: &arn})
	must(t, err)
	have := output.ConsumerDescription
	if *have.ConsumerARN != arn || *have.ConsumerName != "reader" || *have.StreamARN != terraform.arn ||
		have.ConsumerCreationTimestamp == nil {
		t.Errorf("got %+v", have)
	}

	_, err = client.DeregisterStreamConsumer(t.Context(), &kinesis.DeregisterStreamConsumerInput{ConsumerARN: &arn})
	must(t, err)
	awaitState(t, string(types.ConsumerStatusDeleting), "", func() string { return consumerStatus(t, client, arn) })
	terraform.destroy(orders)
}

func TestAStreamWithAConsumerOfSomebodyElseIsDestroyedOnlyWhenToldTo(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	terraform := &resource{t: t, client: client}
	orders := plainStream()
	terraform.create(orders)
	createConsumer(t, client, terraform.arn, "somebody-else")

	_, err := client.DeleteStream(t.Context(), &kinesis.DeleteStreamInput{
		StreamName:              &orders.name,
		EnforceConsumerDeletion: aws.Bool(false),
	})
	var inUse *types.ResourceInUseException
	if !errors.As(err, &inUse) {
		t.Fatalf("got %v, want it refused as in use", err)
	}
	orders.enforceConsumerRemoval = true
	terraform.destroy(orders)
}
