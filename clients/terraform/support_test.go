// Package terraform makes the calls that Terraform's AWS provider makes for its Kinesis resources, in its order, with its waits
// and with its reading of errors. The provider itself is in no package registry.
package terraform

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

const (
	waitMax = time.Minute
	// The provider waits ten seconds before it first looks, and three between looks.
	askAgain = 100 * time.Millisecond
)

// newClient retries as the provider does: the SDK's own rules, and the two texts that stand for a passing limit.
func newClient(t *testing.T) *kinesis.Client {
	t.Helper()
	endpoint := os.Getenv("MILLRACE_ENDPOINT")
	if endpoint == "" {
		t.Fatal("MILLRACE_ENDPOINT is not set: it says where the server under test is")
	}
	return kinesis.New(kinesis.Options{
		BaseEndpoint: aws.String(endpoint),
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("millrace", "millrace", ""),
		Retryer: retry.NewStandard(func(options *retry.StandardOptions) {
			options.Retryables = append(options.Retryables, retry.IsErrorRetryableFunc(isPassingLimit))
		}),
	})
}

func isPassingLimit(err error) aws.Ternary {
	var limit *types.LimitExceededException
	if errors.As(err, &limit) &&
		(strings.Contains(limit.ErrorMessage(), "simultaneously be in CREATING or DELETING") ||
			strings.Contains(limit.ErrorMessage(), "Rate exceeded for stream")) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// uniqueName makes names that no other test uses.
func uniqueName() string {
	return "terraform-" + strings.ToLower(rand.Text())
}

// awaitState looks until the state is the target. Like the provider it accepts no state but `passing` on the way there. The
// empty state means that the resource is gone.
func awaitState(t *testing.T, passing, target string, state func() string) {
	t.Helper()
	for deadline := time.Now().Add(waitMax); time.Now().Before(deadline); time.Sleep(askAgain) {
		switch seen := state(); seen {
		case target:
			return
		case passing:
		default:
			t.Fatalf("unexpected state %q, wanted %q", seen, target)
		}
	}
	t.Fatalf("still %s after %v", passing, waitMax)
}

func isNotFound(err error) bool {
	var notFound *types.ResourceNotFoundException
	return errors.As(err, &notFound)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// forget deletes what a failed test left; after a test that went through there is nothing left.
func forget(t *testing.T, client *kinesis.Client, name string) {
	t.Helper()
	t.Cleanup(func() {
		_, _ = client.DeleteStream(context.Background(), &kinesis.DeleteStreamInput{
			StreamName:              &name,
			EnforceConsumerDeletion: aws.Bool(true),
		})
	})
}
