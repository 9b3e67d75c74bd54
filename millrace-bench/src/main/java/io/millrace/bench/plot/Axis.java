package io.millrace.bench.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Turns values into places between 0 and 1 and says where to write numbers.
 *
 * @param label with the unit
 */
public record Axis(String label, Kind kind) {
    private static final int LINEAR_TICKS = 5;
    private static final double FEW_DECADES = 2;
    private static final List<Double> PERCENTILE_TICKS = List.of(0.0, 50.0, 90.0, 99.0, 99.9, 99.99);

    /** How places grow with values. */
    public enum Kind {
        /** From zero. */
        LINEAR,
        /** Each factor of ten takes the same room; values must be above zero. */
        LOGARITHMIC,
        /** Percentiles, where each further nine takes the same room; values must be below 100. */
        PERCENTILE
    }

    /** The axis over what it has to show. */
    Scale over(double min, double max) {
        return switch (kind) {
            case LINEAR -> linear(max);
            case LOGARITHMIC -> logarithmic(min, max);
            case PERCENTILE -> new Scale(kind, bend(kind, 0), bend(kind, max), ticks(PERCENTILE_TICKS, 0, max));
        };
    }

    private Scale linear(double max) {
        double step = niceStep(Math.max(max, 1e-9) / LINEAR_TICKS);
        double top = Math.ceil(max / step - 1e-9) * step;
        var ticks = new ArrayList<Double>();
        for (int i = 0; i * step <= top + step / 2; i++) {
            ticks.add(i * step);
        }
        return new Scale(kind, 0, Math.max(top, step), ticks);
    }

    private Scale logarithmic(double min, double max) {
        double bottom = Math.floor(Math.log10(min) + 1e-9);
        double top = Math.max(bottom + 1, Math.ceil(Math.log10(max) - 1e-9));
        var steps = top - bottom <= FEW_DECADES ? List.of(1.0, 2.0, 5.0) : List.of(1.0);
        var ticks = new ArrayList<Double>();
        for (double power = bottom; power <= top; power++) {
            for (double step : steps) {
                ticks.add(step * Math.pow(10, power));
            }
        }
        return new Scale(kind, bottom, top, ticks(ticks, 0, Math.pow(10, top) * (1 + 1e-9)));
    }

    private static List<Double> ticks(List<Double> all, double min, double max) {
        return all.stream().filter(tick -> tick >= min && tick <= max).toList();
    }

    /** 1, 2 or 5 times a power of ten. */
    private static double niceStep(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double factor = rough / power;
        if (factor <= 1) {
            return power;
        }
        return factor <= 2 ? 2 * power : factor <= 5 ? 5 * power : 10 * power;
    }

    private static double bend(Kind kind, double value) {
        return switch (kind) {
            case LINEAR -> value;
            case LOGARITHMIC -> Math.log10(value);
            case PERCENTILE -> -Math.log10(1 - value / 100);
        };
    }

    /** @param ticks values that have a number at the axis */
    record Scale(Kind kind, double bottom, double top, List<Double> ticks) {
        double place(double value) {
            return (bend(kind, value) - bottom) / (top - bottom);
        }
    }

    /** Short, and with the digits that matter. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        if (size >= 10) {
            return trimmed(String.format(Locale.ROOT, "%.2f", value));
        }
        return trimmed(String.format(Locale.ROOT, size >= 0.1 ? "%.2f" : "%.4f", value));
    }

    private static String trimmed(String decimal) {
        return decimal.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
