package io.millrace.server;

import io.millrace.server.settings.Settings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** How the server's log looks: a line an event on standard error, a stack trace below it where there was a fault. */
final class LogLines extends Formatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());

    /** What is worth saying. */
    enum Verbosity {
        ERROR,
        WARN,
        INFO,
        DEBUG;

        private Level level() {
            return switch (this) {
                case ERROR -> Level.SEVERE;
                case WARN -> Level.WARNING;
                case INFO -> Level.INFO;
                case DEBUG -> Level.FINE;
            };
        }
    }

    static void install(Settings settings) {
        var verbosity = settings.choice("logging.level", Verbosity.class);
        LogManager.getLogManager().reset();
        var handler = new ConsoleHandler();
        handler.setFormatter(new LogLines());
        handler.setLevel(Level.ALL);
        var root = Logger.getLogger("");
        root.addHandler(handler);
        root.setLevel(Level.WARNING);
        MILLRACE.setLevel(verbosity.level());
    }

    // Held here, because the log manager holds loggers weakly and would lose the level.
    private static final Logger MILLRACE = Logger.getLogger("io.millrace");

    @Override
    public String format(LogRecord event) {
        var line = new StringBuilder(160)
                .append(TIME.format(event.getInstant()))
                .append(' ')
                .append(name(event.getLevel()))
                .append(' ')
                .append(room(event.getLoggerName()))
                .append(": ")
                .append(formatMessage(event))
                .append(System.lineSeparator());
        var fault = event.getThrown();
        if (fault != null) {
            var trace = new StringWriter();
            fault.printStackTrace(new PrintWriter(trace, true));
            line.append(trace);
        }
        return line.toString();
    }

    private static String name(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARN ";
        }
        return level.intValue() >= Level.INFO.intValue() ? "INFO " : "DEBUG";
    }

    private static String room(String logger) {
        return logger.startsWith("io.millrace.") ? logger.substring("io.millrace.".length()) : logger;
    }
}
