package conformance

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

func TestARecordGoesThroughTLSOverHTTP2(t *testing.T) {
	t.Parallel()
	certificate, err := os.ReadFile(setting(t, "MILLRACE_CA"))
	must(t, err)
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(certificate) {
		t.Fatal("MILLRACE_CA holds no certificate")
	}
	client := newTLSClient(t, &tls.Config{RootCAs: trusted})
	stream := newStream(t, client, 1)
	reply := put(t, client, record(stream, "sealed"))
	response, ok := awsmiddleware.GetRawResponse(reply.ResultMetadata).(*smithyhttp.Response)
	if !ok || response.ProtoMajor != 2 {
		t.Error("ALPN did not settle on HTTP/2")
	}
	wantTexts(t, read(t, client, trimHorizon(stream, first)), "sealed")
}

func TestTheCertificateIsChecked(t *testing.T) {
	t.Parallel()
	client := newTLSClient(t, &tls.Config{})
	_, err := client.ListStreams(t.Context(), &kinesis.ListStreamsInput{})
	var distrust *tls.CertificateVerificationError
	if !errors.As(err, &distrust) {
		t.Errorf("got %v, want the certificate refused", err)
	}
}

func newTLSClient(t *testing.T, config *tls.Config) *kinesis.Client {
	t.Helper()
	return newClient(t, func(options *kinesis.Options) {
		options.BaseEndpoint = aws.String(setting(t, "MILLRACE_TLS_ENDPOINT"))
		options.HTTPClient = awshttp.NewBuildableClient().WithTransportOptions(func(transport *http.Transport) {
			transport.TLSClientConfig = config
		})
	})
}
