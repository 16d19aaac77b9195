import ChatrixCheck

/// Requests, messages and errors per second over the run.
enum ThroughputChart: Chart {
    static let id = "throughput"
    static let title = "Throughput and errors"
    static let caption = "Answers and arrived messages per second; the shaded ends are setup and settling."

    static func svg(_ data: RunReport, width: Double) -> String? {
        let points = Plot.stretches(data)
        let highest = points.map { max($0.perSecond($0.point.requests), $0.perSecond($0.point.messages)) }.max() ?? 0
        guard highest > 0 else { return nil }
        let ticks = Ticks.linear(to: highest, count: 5)
        var plot = Plot(
            width: width, height: 270, x: (.linear, Plot.seconds(data)), y: (.linear, 0...(ticks.last ?? 1)))
        plot.yAxis(ticks.map { ($0, Ticks.count($0)) }, title: "per second")
        plot.timeAxis(data)
        plot.area(points.map { ($0.middle, $0.perSecond($0.point.requests)) }, "s1")
        plot.curve(points.map { ($0.middle, $0.perSecond($0.point.requests)) }, "s1")
        plot.curve(points.map { ($0.middle, $0.perSecond($0.point.messages)) }, "s2")
        if points.contains(where: { $0.point.failed > 0 }) {
            plot.area(points.map { ($0.middle, $0.perSecond($0.point.failed)) }, "bad")
            plot.curve(points.map { ($0.middle, $0.perSecond($0.point.failed)) }, "bad")
        }
        for point in points where point.point.disconnects > 0 {
            plot.dot(
                plot.x.position(point.middle), plot.y.end + 4, 3.5, "bad",
                title: "\(point.point.disconnects) sessions lost at \(Figure.fixed(point.middle, 1)) s")
        }
        return plot.svg(
            id: "\(id)-\(Int(width))", title: title,
            description: "At most \(Figure.fixed(highest, 0)) per second; on the whole \(data.summary.counts.requests) "
                + "requests, \(data.summary.counts.messagesDelivered) messages delivered, "
                + "\(data.summary.counts.requestsRefused) requests refused, "
                + "\(data.summary.counts.requestsUnanswered) without an answer.")
    }

    static let legend: [(style: String, label: String)] = [
        ("s1", "requests answered"), ("s2", "messages arrived"), ("bad", "not accepted; dot: sessions lost"),
    ]
}
