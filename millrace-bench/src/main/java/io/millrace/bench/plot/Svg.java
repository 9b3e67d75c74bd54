package io.millrace.bench.plot;

import java.util.List;
import java.util.Locale;

/** One picture, written element by element. Owned by one thread. */
final class Svg {
    /** Middle grey: some 4.5 to 1 against white and 4 to 1 against near black. */
    static final String INK = "#6e7781";

    private static final String GRID = "#8c959f";
    private static final List<String> PALETTE = List.of(
            "#e8590c", "#1c7ed6", "#2f9e44", "#9c5fd4", "#c2255c", "#0c8599", "#a07d00", "#868e96", "#4263eb",
            "#795548");
    private static final int TITLE_Y = 24;

    private final StringBuilder out = new StringBuilder();

    Svg(int width, int height, String title) {
        out.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\""
                        + " font-family=\"system-ui, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', sans-serif\""
                        + " font-size=\"12\" fill=\"%s\">%n",
                width, height, width, height, INK));
        out.append("<title>").append(escaped(title)).append("</title>\n");
        out.append(format(
                "<text x=\"16\" y=\"%d\" font-size=\"15\" font-weight=\"600\">%s</text>%n", TITLE_Y, escaped(title)));
    }

    static String colour(int index) {
        return PALETTE.get(index % PALETTE.size());
    }

    /** @param anchor start, middle or end */
    void text(double x, double y, String anchor, String text) {
        out.append(format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped(text)));
    }

    void upright(double x, double y, String text) {
        out.append(format(
                "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>%n",
                x, y, escaped(text)));
    }

    void bar(double x, double y, double width, double height, String colour) {
        out.append(format(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\" fill=\"%s\"/>%n",
                x, y, width, height, colour));
    }

    void line(double x1, double y1, double x2, double y2, String colour, double width) {
        out.append(format(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>%n",
                x1, y1, x2, y2, colour, width));
    }

    void grid(double x1, double y1, double x2, double y2) {
        out.append(format(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-opacity=\"0.3\"/>%n",
                x1, y1, x2, y2, GRID));
    }

    /** @param corners x and y in turn */
    void path(List<Double> corners, String colour) {
        out.append("<polyline fill=\"none\" stroke-width=\"2\" stroke-linejoin=\"round\" stroke=\"")
                .append(colour)
                .append("\" points=\"");
        for (int i = 0; i < corners.size(); i += 2) {
            out.append(format("%.1f,%.1f ", corners.get(i), corners.get(i + 1)));
        }
        out.append("\"/>\n");
    }

    void dot(double x, double y, String colour) {
        out.append(format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n", x, y, colour));
    }

    String whole() {
        return out + "</svg>\n";
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern.replace("%n", "\n"), values);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
