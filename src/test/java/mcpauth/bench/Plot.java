package mcpauth.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Lines over a logarithmic axis, as SVG that reads well on light and on dark pages. */
final class Plot {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 320;
    private static final int LEFT = 70;
    private static final int BOTTOM = 50;
    private static final int TOP = 40;
    private static final int RIGHT = 20;
    private static final List<String> COLOURS = List.of("#3b82f6", "#f97316", "#22c55e", "#a855f7");

    private Plot() {}

    /** One line of the plot. */
    record Line(String name, List<Point> points) {}

    /** Both are positive. */
    record Point(double x, double y) {}

    static String svg(String title, String xName, String yName, List<Line> lines) {
        double minX = extreme(lines, Point::x, true);
        double maxX = extreme(lines, Point::x, false);
        double maxY = 1.1 * extreme(lines, Point::y, false);
        StringBuilder svg =
                new StringBuilder(("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                                + " font-family=\"sans-serif\" font-size=\"12\" fill=\"#808080\">%n<title>%s</title>%n")
                        .formatted(WIDTH, HEIGHT, title));
        svg.append(text(WIDTH / 2.0, 18, "middle", title));
        svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", xName));
        svg.append(text(8, TOP - 8, "start", yName));
        for (int i = 0; i <= 4; i++) {
            double value = maxY * i / 4;
            double y = y(value, maxY);
            svg.append("<path d=\"M%d %.1fH%d\" stroke=\"#808080\" stroke-opacity=\"0.25\"/>%n"
                    .formatted(LEFT, y, WIDTH - RIGHT));
            svg.append(text(LEFT - 8, y + 4, "end", number(value)));
        }
        for (Point point : lines.get(0).points()) {
            svg.append(text(x(point.x(), minX, maxX), HEIGHT - BOTTOM + 18, "middle", number(point.x())));
        }
        for (int i = 0; i < lines.size(); i++) {
            String colour = COLOURS.get(i % COLOURS.size());
            StringBuilder path = new StringBuilder();
            for (Point point : lines.get(i).points()) {
                double x = x(point.x(), minX, maxX);
                double y = y(point.y(), maxY);
                path.append(path.isEmpty() ? "M" : "L").append(String.format(Locale.ROOT, "%.1f %.1f", x, y));
                svg.append(String.format(
                        Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n", x, y, colour));
            }
            svg.append("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n".formatted(path, colour));
            svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"%s\">%s</text>%n"
                    .formatted(WIDTH - RIGHT, TOP + 16 * i, colour, lines.get(i).name()));
        }
        return svg.append("</svg>\n").toString();
    }

    private static double extreme(List<Line> lines, ToDoubleFunction<Point> coordinate, boolean least) {
        var values = lines.stream().flatMap(line -> line.points().stream()).mapToDouble(coordinate);
        return (least ? values.min() : values.max()).orElseThrow();
    }

    private static double x(double value, double min, double max) {
        double share = max > min ? Math.log(value / min) / Math.log(max / min) : 0.5;
        return LEFT + 15 + share * (WIDTH - LEFT - RIGHT - 40);
    }

    private static double y(double value, double max) {
        return HEIGHT - BOTTOM - value / max * (HEIGHT - BOTTOM - TOP);
    }

    private static String text(double x, double y, String anchor, String text) {
        return String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, text);
    }

    private static String number(double value) {
        return value >= 10 || value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }
}
