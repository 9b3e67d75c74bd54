package io.millrace.bench.plot;

import java.util.ArrayList;
import java.util.List;

/** Lines over two axes, with a legend above them. */
public record LineChart(String title, Axis x, Axis y, List<Line> lines) {
    private static final int WIDTH = 780;
    private static final int LEFT = 76;
    private static final int RIGHT = 28;
    private static final int PLOT_HEIGHT = 300;
    private static final int LEGEND_TOP = 46;
    private static final int LEGEND_ROW = 18;
    private static final int LEGEND_COLUMNS = 2;
    private static final int BOTTOM = 50;

    /** @param colour which of the palette's; the same one means the same in every picture */
    public record Line(String label, List<Point> points, int colour) {}

    /** One measured pair. */
    public record Point(double x, double y) {}

    public String svg() {
        int legendRows = (lines.size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
        int top = LEGEND_TOP + LEGEND_ROW * legendRows;
        int bottom = top + PLOT_HEIGHT;
        var svg = new Svg(WIDTH, bottom + BOTTOM, title);
        var points = lines.stream().flatMap(line -> line.points().stream()).toList();
        var across = x.over(
                points.stream().mapToDouble(Point::x).min().orElse(1),
                points.stream().mapToDouble(Point::x).max().orElse(1));
        var up = y.over(
                points.stream().mapToDouble(Point::y).min().orElse(1),
                points.stream().mapToDouble(Point::y).max().orElse(1));
        drawAxes(svg, across, up, top, bottom);
        for (int i = 0; i < lines.size(); i++) {
            var colour = Svg.colour(lines.get(i).colour());
            double legendX = LEFT + i % LEGEND_COLUMNS * (WIDTH - LEFT) / (double) LEGEND_COLUMNS;
            int legendRow = i / LEGEND_COLUMNS;
            int legendY = LEGEND_TOP + legendRow * LEGEND_ROW;
            svg.line(legendX, legendY - 4, legendX + 18, legendY - 4, colour, 3);
            svg.text(legendX + 24, legendY, "start", lines.get(i).label());
            var corners = new ArrayList<Double>();
            for (var point : lines.get(i).points()) {
                corners.add(placeX(across, point.x()));
                corners.add(placeY(up, point.y(), bottom));
            }
            svg.path(corners, colour);
            for (int corner = 0; corner < corners.size(); corner += 2) {
                svg.dot(corners.get(corner), corners.get(corner + 1), colour);
            }
        }
        return svg.whole();
    }

    private void drawAxes(Svg svg, Axis.Scale across, Axis.Scale up, int top, int bottom) {
        for (double tick : across.ticks()) {
            double at = placeX(across, tick);
            svg.grid(at, top, at, bottom);
            svg.text(at, bottom + 16, "middle", Axis.number(tick));
        }
        for (double tick : up.ticks()) {
            double at = placeY(up, tick, bottom);
            svg.grid(LEFT, at, WIDTH - RIGHT, at);
            svg.text(LEFT - 8, at + 4, "end", Axis.number(tick));
        }
        svg.text(LEFT + (WIDTH - LEFT - RIGHT) / 2.0, bottom + 38, "middle", x.label());
        svg.upright(20, (top + bottom) / 2.0, y.label());
    }

    private static double placeX(Axis.Scale scale, double value) {
        return LEFT + (WIDTH - LEFT - RIGHT) * scale.place(value);
    }

    private static double placeY(Axis.Scale scale, double value, int bottom) {
        return bottom - PLOT_HEIGHT * scale.place(value);
    }
}
