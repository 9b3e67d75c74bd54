package io.millrace.firehose.http;

/** The three services with a bulk door; they differ in words alone. */
enum SearchService {
    OPEN_SEARCH("AmazonOpenSearchService", "AmazonOpenSearchService_failed", "OS", "es", "es"),
    ELASTICSEARCH("Elasticsearch", "elasticsearch-failed", "ES", "es", "es"),
    OPEN_SEARCH_SERVERLESS("AmazonOpenSearchServerless", "AmazonOpenSearchServerless_failed", "OS", "os", "aoss");

    private final String metricName;
    private final String errorOutputType;
    private final String codePrefix;
    private final String detailPrefix;
    private final String signingName;

    SearchService(
            String metricName, String errorOutputType, String codePrefix, String detailPrefix, String signingName) {
        this.metricName = metricName;
        this.errorOutputType = errorOutputType;
        this.codePrefix = codePrefix;
        this.detailPrefix = detailPrefix;
        this.signingName = signingName;
    }

    String metricName() {
        return metricName;
    }

    String errorOutputType() {
        return errorOutputType;
    }

    /** Of the codes in logs, such as {@code OS.AccessDenied}. */
    String codePrefix() {
        return codePrefix;
    }

    /** Of the members in the error output, such as {@code esIndexName}. */
    String detailPrefix() {
        return detailPrefix;
    }

    /** Of AWS's service, in signatures. */
    String signingName() {
        return signingName;
    }
}
