//! The same over TLS, with the server's own certificate as the only one trusted.

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::error::SdkError;
use aws_smithy_http_client::Builder as HttpClient;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

use crate::support::{FIRST, TestStream, configuration, setting, texts};

fn tls_client(trusted: TrustStore) -> Client {
    let context = TlsContext::builder().with_trust_store(trusted).build().unwrap();
    let http = HttpClient::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(context).build_https();
    let configuration = configuration("us-east-1").endpoint_url(setting("MILLRACE_TLS_ENDPOINT")).http_client(http);
    Client::from_conf(configuration.build())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_goes_through_tls() {
    let certificate = std::fs::read(setting("MILLRACE_CA")).unwrap();
    let plain = TestStream::with_shards(1).await;
    let kinesis = tls_client(TrustStore::empty().with_pem_certificate(certificate));
    let stream = TestStream { kinesis, name: plain.name.clone() };
    stream.put("sealed").await;
    assert_eq!(texts(&stream.read(FIRST).await), ["sealed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_is_checked() {
    let kinesis = tls_client(TrustStore::empty().with_native_roots(true));
    let outcome = kinesis.list_streams().send().await;
    let Err(SdkError::DispatchFailure(failure)) = outcome else { panic!("got {outcome:?}") };
    assert!(format!("{failure:?}").contains("UnknownIssuer"), "{failure:?}");
}
