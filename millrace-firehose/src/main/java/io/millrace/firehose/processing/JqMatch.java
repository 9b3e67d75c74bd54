package io.millrace.firehose.processing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.firehose.processing.JqAllowance.RunawayException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.misc.OnigUtils;
import net.thisptr.jackson.jq.path.Path;
import org.joni.Matcher;
import org.joni.Option;
import org.joni.exception.JOniException;

/**
 * What all of jq's regular expression functions stand on, {@code _match_impl(regex; flags; test)}: the library's own has no
 * end of backtracking.
 */
final class JqMatch implements Function {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Override
    public void apply(Scope scope, List<Expression> args, JsonNode in, Path path, PathOutput output, Version version)
            throws JsonQueryException {
        if (!in.isTextual()) {
            throw new JsonQueryException(in + " cannot be matched, as it is not a string");
        }
        args.get(2)
                .apply(
                        scope,
                        in,
                        test -> args.get(1)
                                .apply(
                                        scope,
                                        in,
                                        flags -> args.get(0).apply(scope, in, regex -> {
                                            if (!regex.isTextual() || !(flags.isTextual() || flags.isNull())) {
                                                throw new JsonQueryException(regex + " (" + flags
                                                        + ") cannot be matched, as it is not a string");
                                            }
                                            output.emit(
                                                    match(
                                                            in.textValue(),
                                                            regex.textValue(),
                                                            flags.isNull() ? "" : flags.textValue(),
                                                            test.asBoolean()),
                                                    null);
                                        })));
    }

    /**
     * The library's {@code _sub_impl(regex; replacement; flags)} searches by itself, so what it is about to search is
     * searched here before.
     */
    static Function beforeSub(Function sub) {
        return (scope, args, in, path, output, version) -> {
            if (in.isTextual()) {
                args.get(0).apply(scope, in, regex -> {
                    if (regex.isTextual()) {
                        match(in.textValue(), regex.textValue(), "g", false);
                    }
                });
            }
            sub.apply(scope, args, in, path, output, version);
        };
    }

    private static JsonNode match(String text, String regex, String flags, boolean test) throws JsonQueryException {
        try {
            var pattern = new OnigUtils.Pattern(regex, flags);
            var utf8 = text.getBytes(StandardCharsets.UTF_8);
            var matcher = pattern.regex.matcher(utf8);
            return test ? BooleanNode.valueOf(found(matcher, 0, utf8.length)) : matches(utf8, pattern, matcher);
        } catch (JOniException e) {
            throw new JsonQueryException(regex + " (at offset 0) is not a valid regex: " + e.getMessage());
        } catch (InterruptedException _) {
            throw new RunawayException("its regular expression " + regex + " takes too long");
        }
    }

    /** The library searches without end; here all searches of an evaluation share a time. */
    private static boolean found(Matcher matcher, int from, int end) throws InterruptedException {
        var allowance = JqAllowance.CURRENT.get();
        long start = System.nanoTime();
        matcher.setTimeout(allowance.searchNanosLeft());
        try {
            return matcher.searchInterruptible(from, end, Option.NONE) >= 0;
        } finally {
            allowance.searched(System.nanoTime() - start);
        }
    }

    /** How many characters begin before each byte. */
    private static int[] characters(byte[] utf8) {
        var before = new int[utf8.length + 1];
        for (int i = 0; i < utf8.length; i++) {
            before[i + 1] = before[i] + ((utf8[i] & 0xC0) == 0x80 ? 0 : 1);
        }
        return before;
    }

    private static ArrayNode matches(byte[] utf8, OnigUtils.Pattern pattern, Matcher matcher)
            throws InterruptedException {
        var matches = JSON.arrayNode();
        var characters = characters(utf8);
        int at = 0;
        do {
            if (!found(matcher, at, utf8.length)) {
                break;
            }
            var match = part(utf8, characters, matcher.getBegin(), matcher.getEnd());
            var captures = match.putArray("captures");
            var region = matcher.getRegion();
            // jq gives no captures for a match of nothing.
            if (region != null && matcher.getEnd() != matcher.getBegin()) {
                for (int i = 1; i < region.getNumRegs(); i++) {
                    captures.add(part(utf8, characters, region.getBeg(i), region.getEnd(i))
                            .put("name", pattern.names[i]));
                }
            }
            JqAllowance.CURRENT.get().emitted(match);
            matches.add(match);
            at = matcher.getEnd() == at ? at + 1 : matcher.getEnd();
        } while (pattern.global && at < utf8.length);
        return matches;
    }

    /** Offsets and lengths count characters. */
    private static ObjectNode part(byte[] utf8, int[] characters, int begin, int end) {
        var part = JSON.objectNode();
        if (begin < 0) {
            return part.put("offset", -1).put("length", 0).putNull("string");
        }
        return part.put("offset", characters[begin])
                .put("length", characters[end] - characters[begin])
                .put("string", new String(utf8, begin, end - begin, StandardCharsets.UTF_8));
    }
}
