package io.millrace.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.bench.figure.Spread;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ChartTest {
    @Test
    void drawsBarsAsLongAsTheirMediansAre() throws Exception {
        var chart = new BarChart(
                "a < b & c",
                new Axis("MB/s", Axis.Kind.LINEAR),
                List.of(
                        new BarChart.Bar("one", new Spread(100, 100, 100), 0),
                        new BarChart.Bar("two", new Spread(40, 50, 60), 1)));

        var bars = parsed(chart.svg()).getElementsByTagName("rect");

        double first = width(bars.item(0));
        assertThat(width(bars.item(1))).isCloseTo(first / 2, within(0.2));
    }

    @Test
    void givesEachNineTheSameRoom() {
        var scale = new Axis("", Axis.Kind.PERCENTILE).over(0, 99.99);

        assertThat(scale.place(90)).isCloseTo(0.25, within(1e-9));
        assertThat(scale.place(99.9)).isCloseTo(0.75, within(1e-9));
    }

    @Test
    void givesEachFactorOfTenTheSameRoom() {
        var scale = new Axis("", Axis.Kind.LOGARITHMIC).over(1, 10_000);

        assertThat(scale.place(1)).isZero();
        assertThat(scale.place(100)).isCloseTo(0.5, within(1e-9));
        assertThat(scale.ticks()).containsExactly(1.0, 10.0, 100.0, 1000.0, 10_000.0);
    }

    @Test
    void keepsEveryLineInsideOfThePicture() throws Exception {
        var chart = new LineChart(
                "growth",
                new Axis("shards", Axis.Kind.LOGARITHMIC),
                new Axis("ms", Axis.Kind.LINEAR),
                List.of(new LineChart.Line(
                        "a", List.of(new LineChart.Point(1, 5), new LineChart.Point(10_000, 12.3)), 0)));

        var dots = parsed(chart.svg()).getElementsByTagName("circle");

        assertThat(dots.getLength()).isEqualTo(2);
        for (int i = 0; i < dots.getLength(); i++) {
            assertThat(number(dots.item(i), "cx")).isBetween(0.0, 780.0);
            assertThat(number(dots.item(i), "cy")).isBetween(0.0, 420.0);
        }
    }

    private static org.assertj.core.data.Offset<Double> within(double offset) {
        return org.assertj.core.data.Offset.offset(offset);
    }

    private static double width(org.w3c.dom.Node node) {
        return number(node, "width");
    }

    private static double number(org.w3c.dom.Node node, String attribute) {
        return Double.parseDouble(((Element) node).getAttribute(attribute));
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}
