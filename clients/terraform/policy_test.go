package terraform

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"
)

func policyOf(streamARN string, actions ...string) string {
	list, _ := json.Marshal(actions)
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"share","Effect":"Allow",
		"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":%s,"Resource":%q}]}`, list, streamARN)
}

func putPolicy(t *testing.T, client *kinesis.Client, arn, policy string) {
	t.Helper()
	_, err := client.PutResourcePolicy(t.Context(), &kinesis.PutResourcePolicyInput{ResourceARN: &arn, Policy: &policy})
	must(t, err)
}

// wantPolicy compares as the provider does: by what the JSON means.
func wantPolicy(t *testing.T, client *kinesis.Client, arn, policy string) {
	t.Helper()
	output, err := client.GetResourcePolicy(t.Context(), &kinesis.GetResourcePolicyInput{ResourceARN: &arn})
	must(t, err)
	var have, want any
	must(t, json.Unmarshal([]byte(*output.Policy), &have))
	must(t, json.Unmarshal([]byte(policy), &want))
	if !reflect.DeepEqual(have, want) {
		t.Errorf("got %s, want %s", *output.Policy, policy)
	}
}

func TestAResourcePolicyIsAppliedChangedAndDestroyed(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	terraform := &resource{t: t, client: client}
	orders := plainStream()
	terraform.create(orders)
	writing := policyOf(terraform.arn, "kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:PutRecord")
	reading := policyOf(terraform.arn, "kinesis:GetRecords", "kinesis:GetShardIterator")

	putPolicy(t, client, terraform.arn, writing)
	wantPolicy(t, client, terraform.arn, writing)
	putPolicy(t, client, terraform.arn, reading)
	wantPolicy(t, client, terraform.arn, reading)
	_, err := client.DeleteResourcePolicy(t.Context(), &kinesis.DeleteResourcePolicyInput{ResourceARN: &terraform.arn})
	must(t, err)
	_, err = client.DeleteResourcePolicy(t.Context(), &kinesis.DeleteResourcePolicyInput{ResourceARN: &terraform.arn})
	if !isNotFound(err) {
		t.Errorf("got %v for a policy that is gone, want not found", err)
	}
	terraform.destroy(orders)

	_, err = client.GetResourcePolicy(t.Context(), &kinesis.GetResourcePolicyInput{ResourceARN: &terraform.arn})
	if !isNotFound(err) {
		t.Errorf("got %v for a stream that is gone, want not found", err)
	}
}
