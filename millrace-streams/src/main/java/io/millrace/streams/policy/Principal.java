package io.millrace.streams.policy;

import io.millrace.model.Caller;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whom a statement speaks of. */
sealed interface Principal {
    boolean includes(Caller caller);

    record Everyone() implements Principal {
        @Override
        public boolean includes(Caller caller) {
            return true;
        }
    }

    /** Whoever belongs to an account. */
    record Account(String id) implements Principal {
        @Override
        public boolean includes(Caller caller) {
            return caller.namespace().account().equals(id);
        }
    }

    /** One user, or one session of a role, by its ARN. */
    record Identity(String arn) implements Principal {
        @Override
        public boolean includes(Caller caller) {
            return caller.principalArn().equals(arn);
        }
    }

    /**
     * Whoever has assumed a role.
     *
     * @param sessionPrefix what the ARNs of the role's sessions begin with
     */
    record Role(String sessionPrefix) implements Principal {
        @Override
        public boolean includes(Caller caller) {
            return caller.principalArn().startsWith(sessionPrefix);
        }
    }

    /** An AWS service or a user of an identity provider; none of them calls here. */
    record Nobody() implements Principal {
        @Override
        public boolean includes(Caller caller) {
            return false;
        }
    }

    Pattern ACCOUNT_ID = Pattern.compile("\\d{12}");
    Pattern ROOT = Pattern.compile("arn:aws[a-z-]*:iam::(\\d{12}):root");
    /** A role's path is no part of its sessions' ARNs. */
    Pattern ROLE = Pattern.compile("(arn:aws[a-z-]*):iam::(\\d{12}):role/(?:[^/\\s*?]+/)*+([^/\\s*?]+)");

    Pattern IDENTITY = Pattern.compile("arn:aws[a-z-]*:(?:iam|sts)::\\d{12}:[^\\s*?]+");

    /** The principal of a policy's {@code "AWS"} member; nothing if the text is none. */
    static Optional<Principal> parse(String text) {
        if (text.equals("*")) {
            return Optional.of(new Everyone());
        }
        if (ACCOUNT_ID.matcher(text).matches()) {
            return Optional.of(new Account(text));
        }
        var root = ROOT.matcher(text);
        if (root.matches()) {
            return Optional.of(new Account(root.group(1)));
        }
        var role = ROLE.matcher(text);
        if (role.matches()) {
            return Optional.of(
                    new Role(role.group(1) + ":sts::" + role.group(2) + ":assumed-role/" + role.group(3) + "/"));
        }
        return IDENTITY.matcher(text).matches() ? Optional.of(new Identity(text)) : Optional.empty();
    }
}
