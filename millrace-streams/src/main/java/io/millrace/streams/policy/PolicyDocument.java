package io.millrace.streams.policy;

import io.millrace.model.InvalidArgumentException;
import io.millrace.streams.policy.Statement.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads policy documents. Elements that we could not decide by ({@code NotAction} for example) are refused rather than
 * skipped: a policy that is kept is one that is obeyed.
 */
final class PolicyDocument {
    private static final Set<String> POLICY_ELEMENTS = Set.of("Version", "Id", "Statement");
    private static final Set<String> STATEMENT_ELEMENTS =
            Set.of("Sid", "Effect", "Principal", "Action", "Resource", "Condition");
    private static final Set<String> VERSIONS = Set.of("2012-10-17", "2008-10-17");
    private static final Set<String> PRINCIPAL_KINDS = Set.of("AWS", "Service", "Federated", "CanonicalUser");
    private static final String ACTION_PREFIX = "kinesis:";
    private static final String ANYTHING = "*";
    private static final String VARIABLE_START = "${";

    private PolicyDocument() {}

    static List<Statement> statements(String document) {
        var policy = members(Json.parse(document).orElseThrow(() -> invalid("it is not valid JSON")), "the policy");
        refuseUnknown(policy, POLICY_ELEMENTS, "the policy");
        if (policy.containsKey("Version") && !VERSIONS.contains(text(policy.get("Version"), "Version"))) {
            throw invalid("Version must be one of 2012-10-17 and 2008-10-17");
        }
        var statements = switch (policy.get("Statement")) {
            case Json.Elements(var values) -> values;
            case Json.Members one -> List.of(one);
            case null, default -> throw invalid("Statement must be an object or a list of objects");
        };
        if (statements.isEmpty()) {
            throw invalid("it has no Statement");
        }
        return statements.stream().map(PolicyDocument::statement).toList();
    }

    private static Statement statement(Json json) {
        var statement = members(json, "a Statement");
        refuseUnknown(statement, STATEMENT_ELEMENTS, "a Statement");
        if (statement.containsKey("Sid")) {
            text(statement.get("Sid"), "Sid");
        }
        if (statement.containsKey("Condition")) {
            members(statement.get("Condition"), "Condition");
        }
        return new Statement(
                effect(text(statement.get("Effect"), "Effect")),
                principals(statement.get("Principal")),
                texts(statement.get("Action"), "Action").stream()
                        .map(PolicyDocument::action)
                        .toList(),
                texts(statement.get("Resource"), "Resource").stream()
                        .map(PolicyDocument::resource)
                        .toList(),
                statement.containsKey("Condition"));
    }

    private static Effect effect(String text) {
        return switch (text) {
            case "Allow" -> Effect.ALLOW;
            case "Deny" -> Effect.DENY;
            default -> throw invalid("Effect must be Allow or Deny, not " + text);
        };
    }

    private static List<Principal> principals(@Nullable Json json) {
        if (json instanceof Json.Text(var text) && text.equals(ANYTHING)) {
            return List.of(new Principal.Everyone());
        }
        var kinds = members(json, "Principal");
        refuseUnknown(kinds, PRINCIPAL_KINDS, "Principal");
        if (kinds.isEmpty()) {
            throw invalid("Principal names nobody");
        }
        List<Principal> principals = new ArrayList<>();
        kinds.forEach((kind, names) -> {
            for (var name : texts(names, "Principal")) {
                principals.add(kind.equals("AWS") ? awsPrincipal(name) : new Principal.Nobody());
            }
        });
        return principals;
    }

    private static Principal awsPrincipal(String name) {
        return Principal.parse(name)
                .orElseThrow(
                        () -> invalid("Principal " + name + " is neither *, an account nor the ARN of an identity"));
    }

    private static Glob action(String text) {
        var action = Glob.lowerCase(text);
        if (!action.startsWith(ACTION_PREFIX) || action.length() == ACTION_PREFIX.length()) {
            throw invalid("Action " + text + " is not an action of kinesis");
        }
        return new Glob(action);
    }

    private static Glob resource(String text) {
        if (!text.equals(ANYTHING) && !text.startsWith("arn:")) {
            throw invalid("Resource " + text + " is not an ARN");
        }
        if (text.contains(VARIABLE_START)) {
            throw invalid("Resource " + text + " has a policy variable, and those are not supported");
        }
        return new Glob(text);
    }

    private static Map<String, Json> members(@Nullable Json json, String what) {
        if (json instanceof Json.Members(var members)) {
            return members;
        }
        throw invalid(what + " must be an object");
    }

    private static String text(@Nullable Json json, String what) {
        if (json instanceof Json.Text(var text)) {
            return text;
        }
        throw invalid(what + " must be a string");
    }

    private static List<String> texts(@Nullable Json json, String what) {
        var texts = json instanceof Json.Elements(var values)
                ? values.stream().map(value -> text(value, what)).toList()
                : List.of(text(json, what));
        if (texts.isEmpty()) {
            throw invalid(what + " is empty");
        }
        return texts;
    }

    private static void refuseUnknown(Map<String, Json> members, Set<String> known, String what) {
        members.keySet().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw invalid(what + " has the element " + name + ", which is not supported");
                });
    }

    private static InvalidArgumentException invalid(String reason) {
        return new InvalidArgumentException("The resource policy is invalid: " + reason + ".");
    }
}
