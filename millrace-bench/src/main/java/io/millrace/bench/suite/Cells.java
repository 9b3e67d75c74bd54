package io.millrace.bench.suite;

import io.millrace.bench.figure.Figure;
import io.millrace.bench.figure.Spread;
import io.millrace.bench.suite.Results.Group;
import java.util.Locale;
import java.util.Optional;

/** How numbers stand in the cells of the report's tables. */
final class Cells {
    static final String NONE = "–";
    static final double MEGA = 1e6;
    static final double MEBI = 1 << 20;

    private Cells() {}

    /** The least, the middle and the most of the repeats; one number where they are the same. */
    static String three(Optional<Spread> spread, double unit, int decimals) {
        return spread.map(found -> found.min() == found.max()
                        ? decimal(found.median() / unit, decimals)
                        : decimal(found.min() / unit, decimals) + " / " + decimal(found.median() / unit, decimals)
                                + " / " + decimal(found.max() / unit, decimals))
                .orElse(NONE);
    }

    static String three(Group group, String number, double unit, int decimals) {
        return three(group.spread(number), unit, decimals);
    }

    static String middle(Optional<Spread> spread, double unit, int decimals) {
        return spread.map(found -> decimal(found.median() / unit, decimals)).orElse(NONE);
    }

    static String middle(Group group, String number, double unit, int decimals) {
        return middle(group.spread(number), unit, decimals);
    }

    static String most(Group group, String number, double unit, int decimals) {
        return group.spread(number)
                .map(spread -> decimal(spread.max() / unit, decimals))
                .orElse(NONE);
    }

    static String single(Figure figure, String name, double unit, int decimals) {
        var number = figure.number(name);
        return number.isPresent() ? decimal(number.getAsDouble() / unit, decimals) : NONE;
    }

    static String percent(Optional<Spread> part, Optional<Spread> whole) {
        return part.isEmpty() || whole.isEmpty()
                ? NONE
                : share(part.get().median(), whole.get().median());
    }

    static String share(double part, double whole) {
        return whole > 0 ? decimal(100 * part / whole, 1) + " %" : NONE;
    }

    static String decimal(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
