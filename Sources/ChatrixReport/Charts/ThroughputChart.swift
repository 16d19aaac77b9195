/// Requests, messages and errors per second over the run.
enum ThroughputChart: Chart {
    static let id = "throughput"
    static let title = "Throughput and errors"
    static let caption = "Answers and arrived messages per second; the shaded ends are setup and settling."

    static func svg(_ data: ReportData, width: Double) -> String? {
        let points = Plot.thinned(data.series.points) { group in
            let count = Double(group.count)
            return (
                requests: Double(group.reduce(0) { $0 + $1.requests }) / count,
                messages: Double(group.reduce(0) { $0 + $1.messages }) / count,
                failed: Double(group.reduce(0) { $0 + $1.failed }) / count,
                disconnects: group.reduce(0) { $0 + $1.disconnects }
            )
        }
        let highest = points.map { max($0.value.requests, $0.value.messages) }.max() ?? 0
        guard highest > 0 else { return nil }
        let ticks = Ticks.linear(to: highest, count: 5)
        var plot = Plot(
            width: width, height: 270, x: (.linear, Plot.seconds(data)), y: (.linear, 0...(ticks.last ?? 1)))
        plot.yAxis(ticks.map { ($0, Ticks.count($0)) }, title: "per second")
        plot.timeAxis(data)
        plot.area(points.map { ($0.second, $0.value.requests) }, "s1")
        plot.curve(points.map { ($0.second, $0.value.requests) }, "s1")
        plot.curve(points.map { ($0.second, $0.value.messages) }, "s2")
        if points.contains(where: { $0.value.failed > 0 }) {
            plot.area(points.map { ($0.second, $0.value.failed) }, "bad")
            plot.curve(points.map { ($0.second, $0.value.failed) }, "bad")
        }
        for point in points where point.value.disconnects > 0 {
            plot.dot(
                plot.x.position(point.second), plot.y.end + 4, 3.5, "bad",
                title: "\(point.value.disconnects) sessions lost at \(Figure.fixed(point.second, 1)) s")
        }
        return plot.svg(
            id: "\(id)-\(Int(width))", title: title,
            description: "At most \(Figure.fixed(highest, 0)) per second; on the whole \(data.summary.counts.requests) "
                + "requests, \(data.summary.counts.messagesDelivered) messages delivered, "
                + "\(data.summary.counts.requestsFailed) requests not accepted.")
    }

    static let legend: [(style: String, label: String)] = [
        ("s1", "requests answered"), ("s2", "messages arrived"), ("bad", "not accepted; dot: sessions lost"),
    ]
}
