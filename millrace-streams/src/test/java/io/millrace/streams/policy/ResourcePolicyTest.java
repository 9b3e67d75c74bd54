package io.millrace.streams.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.Namespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourcePolicyTest {
    private static final String ORDERS = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
    private static final Caller GUEST = caller("arn:aws:iam::111111111111:user/guest");
    private static final Caller SESSION = caller("arn:aws:sts::111111111111:assumed-role/reader/today");

    private static Caller caller(String arn) {
        return new Caller(new Namespace("111111111111", "us-east-1"), arn, "", "request");
    }

    private static String statement(String effect, String principal, String action, String resource) {
        return """
                {"Effect": "%s", "Principal": %s, "Action": %s, "Resource": %s}""".formatted(effect, principal, action, resource);
    }

    private static ResourcePolicy policy(String statements) {
        return ResourcePolicy.parse("""
                {"Version": "2012-10-17", "Id": "ours", "Statement": %s}""".formatted(statements));
    }

    private static ResourcePolicy allowing(String principal) {
        return policy("[" + statement("Allow", principal, "\"kinesis:*\"", "\"*\"") + "]");
    }

    @Test
    void allowsWhatAStatementSpeaksOfAndNothingElse() {
        var policy = policy(statement(
                "Allow",
                "{\"AWS\": [\"222222222222\", \"111111111111\"]}",
                "[\"kinesis:PutRecord\", \"kinesis:putrecords\"]",
                "\"" + ORDERS + "\""));

        assertThat(policy.allows(GUEST, "kinesis:PutRecord", ORDERS)).isTrue();
        assertThat(policy.allows(GUEST, "kinesis:PutRecords", ORDERS)).isTrue();
        assertThat(policy.allows(GUEST, "kinesis:GetRecords", ORDERS)).isFalse();
        assertThat(policy.allows(GUEST, "kinesis:PutRecord", ORDERS + "-2")).isFalse();
        assertThat(ResourcePolicy.parse(policy.document()).document()).isEqualTo(policy.document());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"*\"",
                "{\"AWS\": \"*\"}",
                "{\"AWS\": \"111111111111\"}",
                "{\"AWS\": \"arn:aws:iam::111111111111:root\"}",
                "{\"AWS\": \"arn:aws:iam::111111111111:user/guest\"}",
                "{\"Service\": \"lambda.amazonaws.com\", \"AWS\": [\"222222222222\", \"111111111111\"]}"
            })
    void speaksOfACallerByEachFormOfPrincipal(String principal) {
        assertThat(allowing(principal).allows(GUEST, "kinesis:GetRecords", ORDERS))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"AWS\": \"222222222222\"}",
                "{\"AWS\": \"arn:aws:iam::222222222222:root\"}",
                "{\"AWS\": \"arn:aws:iam::111111111111:user/guest2\"}",
                "{\"AWS\": \"arn:aws:iam::111111111111:user/gues\"}",
                "{\"AWS\": \"arn:aws:iam::111111111111:role/guest\"}",
                "{\"Service\": \"lambda.amazonaws.com\"}"
            })
    void doesNotSpeakOfOthers(String principal) {
        assertThat(allowing(principal).allows(GUEST, "kinesis:GetRecords", ORDERS))
                .isFalse();
    }

    @Test
    void aRoleStandsForItsSessions() {
        assertThat(allowing("{\"AWS\": \"arn:aws:iam::111111111111:role/team/reader\"}")
                        .allows(SESSION, "kinesis:GetRecords", ORDERS))
                .isTrue();
        assertThat(allowing("{\"AWS\": \"arn:aws:iam::111111111111:role/read\"}")
                        .allows(SESSION, "kinesis:GetRecords", ORDERS))
                .isFalse();
        assertThat(allowing("{\"AWS\": \"arn:aws:sts::111111111111:assumed-role/reader/today\"}")
                        .allows(SESSION, "kinesis:GetRecords", ORDERS))
                .isTrue();
    }

    @Test
    void anExplicitDenyWinsWhereverItStands() {
        var allow = statement("Allow", "\"*\"", "\"kinesis:*\"", "\"*\"");
        var deny = statement("Deny", "{\"AWS\": \"111111111111\"}", "\"kinesis:Put*\"", "\"*\"");

        for (var statements : new String[] {allow + "," + deny, deny + "," + allow}) {
            var policy = policy("[" + statements + "]");
            assertThat(policy.allows(GUEST, "kinesis:PutRecords", ORDERS)).isFalse();
            assertThat(policy.allows(GUEST, "kinesis:GetRecords", ORDERS)).isTrue();
        }
    }

    @Test
    void aConditionWeCannotEvaluateNeverLetsAnyoneIn() {
        var conditional = """
                {"Effect": "%s", "Principal": "*", "Action": "kinesis:*", "Resource": "*",
                 "Condition": {"StringEquals": {"aws:SourceVpc": ["vpc-1", null, 2, true, {}]}}}""";

        assertThat(policy(conditional.formatted("Allow")).allows(GUEST, "kinesis:PutRecord", ORDERS))
                .isFalse();
        assertThat(policy("[" + statement("Allow", "\"*\"", "\"kinesis:*\"", "\"*\"") + ","
                                + conditional.formatted("Deny") + "]")
                        .allows(GUEST, "kinesis:PutRecord", ORDERS))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:kinesis:*:000000000000:stream/orders",
                "arn:*",
                "arn:aws:kinesis:us-east-?:000000000000:stream/*",
                "arn:*:stream/ord*s",
                "*",
                "arn:**s**"
            })
    void wildcardsStandForAnything(String resource) {
        assertThat(policy(statement("Allow", "\"*\"", "\"kinesis:*\"", "\"" + resource + "\""))
                        .allows(GUEST, "kinesis:PutRecord", ORDERS))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"arn:aws:kinesis:*:stream/order", "arn:*x", "arn:aws:kinesis:us-east-??:*", "arn:*:stream/ORDERS"
            })
    void wildcardsDoNotStretch(String resource) {
        assertThat(policy(statement("Allow", "\"*\"", "\"kinesis:*\"", "\"" + resource + "\""))
                        .allows(GUEST, "kinesis:PutRecord", ORDERS))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "orders",
                "{",
                "[]",
                "null",
                "{} {}",
                "{\"Statement\": [}",
                "{\"Statement\": []}",
                "{\"Statement\": 1}",
                "{}",
                "{\"Version\": \"2012-10-17\"}",
                "{\"Version\": \"2020\", \"Statement\": []}",
                "{\"Statement\": [], \"Statement\": []}",
                "{\"Statement\": [1]}",
                "{\"Statement\": [{}]}",
                "{\"Statement\": [{\"Effect\": \"Allow\"}]}",
                "{\"Statement\": {\"Effect\": \"Maybe\", \"Principal\": \"*\", \"Action\": \"kinesis:*\","
                        + " \"Resource\": \"*\"}}",
                "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"root\", \"Action\": \"kinesis:*\","
                        + " \"Resource\": \"*\"}}",
                "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": {}, \"Action\": \"kinesis:*\","
                        + " \"Resource\": \"*\"}}",
                "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"bob\"}, \"Action\": \"kinesis:*\","
                        + " \"Resource\": \"*\"}}",
                "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": \"*\"}}",
                "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": [], \"Resource\": \"*\"}}",
                "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"kinesis:*\","
                        + " \"Resource\": \"orders\"}}",
                "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"kinesis:*\","
                        + " \"Resource\": \"arn:${aws:username}\"}}",
                "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", \"NotAction\": \"kinesis:*\","
                        + " \"Resource\": \"*\"}}",
                "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"kinesis:*\","
                        + " \"Resource\": \"*\", \"Condition\": \"never\"}}",
            })
    void refusesWhatItCouldNotObey(String document) {
        assertThatThrownBy(() -> ResourcePolicy.parse(document))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageStartingWith("The resource policy is invalid: ");
    }

    @Test
    void refusesADocumentNestedBeyondReason() {
        assertThatThrownBy(() -> ResourcePolicy.parse("[".repeat(10_000))).isInstanceOf(InvalidArgumentException.class);
    }
}
