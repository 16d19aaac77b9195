/// Percentiles of the time to the HTTP answer and to the arrival of a message, second by second.
enum LatencyChart: Chart {
    static let id = "latency"
    static let title = "Latency over time"
    static let caption = "Median and 99th percentile of each second, counted from the scheduled time; logarithmic."

    private struct Group {
        var http: Series.Percentiles
        var delivery: Series.Percentiles
    }

    static func svg(_ data: ReportData, width: Double) -> String? {
        func worst(_ group: ArraySlice<Series.Point>, _ key: KeyPath<Series.Point, Series.Percentiles>)
            -> Series.Percentiles
        {
            Series.Percentiles(
                median: group.compactMap { $0[keyPath: key].median }.max(),
                p95: group.compactMap { $0[keyPath: key].p95 }.max(),
                p99: group.compactMap { $0[keyPath: key].p99 }.max())
        }
        let points = Plot.thinned(data.series.points) { group in
            Group(http: worst(group, \.http), delivery: worst(group, \.delivery))
        }
        let values = points.flatMap {
            [$0.value.http.median, $0.value.http.p99, $0.value.delivery.median, $0.value.delivery.p99]
        }.compactMap { $0 }.filter { $0 > 0 }
        guard let low = values.min(), let high = values.max() else { return nil }
        let ticks = Ticks.logarithmic(from: low, to: high)
        guard let first = ticks.first, let last = ticks.last else { return nil }
        var plot = Plot(
            width: width, height: 270, x: (.linear, Plot.seconds(data)), y: (.logarithmic, first...last))
        plot.yAxis(ticks.map { ($0, Ticks.milliseconds($0)) }, title: "latency")
        plot.timeAxis(data)
        plot.curve(points.map { ($0.second, $0.value.http.p99) }, "s1 faint")
        plot.curve(points.map { ($0.second, $0.value.delivery.p99) }, "s2 faint")
        plot.curve(points.map { ($0.second, $0.value.http.median) }, "s1")
        plot.curve(points.map { ($0.second, $0.value.delivery.median) }, "s2")
        return plot.svg(
            id: "\(id)-\(Int(width))", title: title,
            description: "Between \(Figure.duration(milliseconds: low)) and \(Figure.duration(milliseconds: high)).")
    }

    static let legend: [(style: String, label: String)] = [
        ("s1", "HTTP answer, median"), ("s1 faint", "HTTP answer, p99"), ("s2", "message arrival, median"),
        ("s2 faint", "message arrival, p99"),
    ]
}
