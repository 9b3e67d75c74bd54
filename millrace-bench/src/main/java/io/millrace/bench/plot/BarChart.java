package io.millrace.bench.plot;

import io.millrace.bench.figure.Spread;
import java.util.List;

/**
 * One bar for each who was measured, from zero: its length is the median, the thin line spans the repeats.
 *
 * @param axis what the bars' length says
 */
public record BarChart(String title, Axis axis, List<Bar> bars) {
    private static final int WIDTH = 780;
    private static final int LEFT = 210;
    private static final int RIGHT = 170;
    private static final int TOP = 42;
    private static final int ROW = 28;
    private static final int BAR = 16;
    private static final int BOTTOM = 48;

    /** @param colour which of the palette's; the same one means the same in every picture */
    public record Bar(String label, Spread spread, int colour) {}

    public String svg() {
        int bottom = TOP + ROW * bars.size();
        int room = WIDTH - LEFT - RIGHT;
        var svg = new Svg(WIDTH, bottom + BOTTOM, title);
        var scale = axis.over(
                0, bars.stream().mapToDouble(bar -> bar.spread().max()).max().orElse(1));
        for (double tick : scale.ticks()) {
            double x = LEFT + room * scale.place(tick);
            svg.grid(x, TOP, x, bottom);
            svg.text(x, bottom + 16, "middle", Axis.number(tick));
        }
        svg.text(LEFT + room / 2.0, bottom + 36, "middle", axis.label());
        for (int i = 0; i < bars.size(); i++) {
            draw(svg, bars.get(i), TOP + ROW * i + (ROW - BAR) / 2.0, room, scale);
        }
        return svg.whole();
    }

    private static void draw(Svg svg, Bar bar, double y, int room, Axis.Scale scale) {
        var spread = bar.spread();
        double middle = y + BAR / 2.0;
        double from = LEFT + room * scale.place(spread.min());
        double to = LEFT + room * scale.place(spread.max());
        svg.text(LEFT - 10, middle + 4, "end", bar.label());
        svg.bar(LEFT, y, Math.max(1, room * scale.place(spread.median())), BAR, Svg.colour(bar.colour()));
        svg.line(from, middle, to, middle, Svg.INK, 1.5);
        svg.line(from, middle - 4, from, middle + 4, Svg.INK, 1.5);
        svg.line(to, middle - 4, to, middle + 4, Svg.INK, 1.5);
        double labelX = Math.max(to, LEFT + room * scale.place(spread.median())) + 8;
        svg.text(labelX, middle + 4, "start", label(spread));
    }

    private static String label(Spread spread) {
        var median = Axis.number(rounded(spread.median()));
        return spread.min() == spread.max()
                ? median
                : median + " (" + Axis.number(rounded(spread.min())) + "–" + Axis.number(rounded(spread.max())) + ")";
    }

    /** To three digits: the repeats differ by more than the rest. */
    private static double rounded(double value) {
        if (value == 0) {
            return 0;
        }
        double unit = Math.pow(10, Math.floor(Math.log10(Math.abs(value))) - 2);
        return Math.round(value / unit) * unit;
    }
}
