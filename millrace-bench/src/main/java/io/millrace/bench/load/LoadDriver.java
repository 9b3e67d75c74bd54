package io.millrace.bench.load;

import io.millrace.bench.arguments.Arguments;
import java.io.IOException;

/**
 * Drives any Kinesis endpoint and prints a Markdown table, one row for each scenario and encoding. Requests are sent as
 * fast as the replies come (a closed loop), so latencies are those of a server that is kept busy.
 *
 * <p>Leaves with 1 when an answer was wrong, a record missing or a request refused: a fast server that loses data has no
 * speed.
 */
public final class LoadDriver {
    private static final int WRONG_ANSWERS = 1;
    private static final int WRONG_USAGE = 2;

    private LoadDriver() {}

    public static void main(String[] words) throws InterruptedException {
        try {
            var arguments = new Arguments(words);
            var options = LoadOptions.parse(arguments);
            arguments.refuseTheRest();
            System.exit(drive(options) ? 0 : WRONG_ANSWERS);
        } catch (IOException e) {
            System.err.println("the server can't be driven: " + e);
            System.exit(WRONG_ANSWERS);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(LoadOptions.USAGE);
            System.exit(WRONG_USAGE);
        }
    }

    /** Runs every scenario in every encoding, as often as asked; false if there were errors. */
    static boolean drive(LoadOptions options) throws IOException, InterruptedException {
        boolean clean = true;
        System.out.println(Row.MARKDOWN_HEAD);
        for (int repeat = 0; repeat < options.repeats(); repeat++) {
            for (var scenario : options.scenarios()) {
                for (var encoding : options.encodings()) {
                    for (var row : Run.of(scenario, options, encoding)) {
                        clean &= tell(row, options);
                    }
                }
            }
        }
        return clean;
    }

    private static boolean tell(Row row, LoadOptions options) throws IOException {
        System.out.println(row.markdown());
        if (options.jsonLines().isPresent()) {
            row.figure().appendTo(options.jsonLines().get());
        }
        if (row.tally().errors() > 0) {
            System.err.println(row.operation() + ": " + row.tally().errors() + " errors, the first: "
                    + row.tally().firstError());
        }
        return row.tally().errors() == 0;
    }
}
