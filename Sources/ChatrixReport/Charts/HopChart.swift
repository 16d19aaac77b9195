import ChatrixCheck
import ChatrixHistory
import ChatrixModel

/// The way of a message, hop by hop: from the schedule to the connection, to the HTTP answer, to each event's arrival.
enum HopChart: Chart {
    static let id = "hops"
    static let title = "Hop by hop"
    static let caption =
        "How long each part of the way of a message takes: bar from the fastest to the 99th percentile, logarithmic."

    static func svg(_ data: RunReport, width: Double) -> String? {
        let figures = data.judgement.measurements.total
        var hops: [(label: String, style: String, distribution: Distribution)] = []
        func add(_ label: String, _ style: String, _ distribution: Distribution?) {
            if let distribution, distribution.count > 0 { hops.append((label, style, distribution)) }
        }
        add("scheduled to sent", "s4", figures.lag)
        add("send to answer", "s1", figures.requestsByEndpoint[.send]?.answer)
        let arrivals = figures.arrivalsByKind
        add("answer to message", "s3", arrivals[.message]?.afterAnswer)
        for kind in History.Delivery.Kind.allCases {
            add("sent to \(kind.rawValue)", "s2", arrivals[kind]?.arrival)
        }
        guard !hops.isEmpty else { return nil }
        let lowest = hops.compactMap { $0.distribution.value(.minimum) }.min() ?? 0.001
        let highest = hops.compactMap { $0.distribution.value(.percentile(99)) }.max() ?? 1
        let ticks = Ticks.logarithmic(from: max(lowest, 0.001), to: max(highest, 0.01))
        guard let first = ticks.first, let last = ticks.last else { return nil }
        let isNarrow = width < 500
        let row = isNarrow ? 44.0 : 32.0
        var plot = Plot(
            width: width, height: Plot.top + Plot.bottom + row * Double(hops.count),
            x: (.logarithmic, first...last), y: (.linear, 0...Double(hops.count)), left: isNarrow ? 14 : 196)
        let shown =
            isNarrow && ticks.count > 5 ? ticks.enumerated().filter { $0.offset % 2 == 0 }.map(\.element) : ticks
        plot.xAxis(shown.map { ($0, Ticks.milliseconds($0)) }, title: "duration", hasGrid: true)
        for (index, hop) in hops.enumerated() {
            let middle = Plot.top + row * (Double(index) + (isNarrow ? 0.68 : 0.5))
            if isNarrow {
                plot.text(hop.label, plot.x.start + 2, middle - 12, "label")
            } else {
                plot.text(hop.label, plot.x.start - 10, middle + 4, "label", anchor: "end")
            }
            func position(_ statistic: Metric.Statistic) -> Double {
                plot.x.position(max(hop.distribution.value(statistic) ?? first, first))
            }
            let slowest = position(.percentile(99))
            plot.rectangle(
                position(.minimum), middle - 5, max(slowest, position(.minimum) + 2), middle + 5, "bar \(hop.style)")
            plot.dot(position(.percentile(50)), middle, 5, hop.style)
            let text =
                "\(Figure.duration(milliseconds: hop.distribution.value(.percentile(50)) ?? 0)) · "
                + Figure.duration(milliseconds: hop.distribution.value(.percentile(99)) ?? 0)
            // Beside the bar where there is room, otherwise inside the plot before it.
            if slowest + 110 < plot.x.end {
                plot.text(text, slowest + 8, middle + 4, "value")
            } else if position(.minimum) - 110 > plot.x.start, !isNarrow {
                plot.text(text, position(.minimum) - 8, middle + 4, "value", anchor: "end")
            } else {
                plot.text(text, plot.x.end, middle - 10, "value", anchor: "end")
            }
        }
        let description = hops.map {
            "\($0.label): median \(Figure.duration(milliseconds: $0.distribution.value(.percentile(50)) ?? 0))"
        }
        return plot.svg(
            id: "\(id)-\(Int(width))", title: title, description: description.joined(separator: "; ") + ".")
    }

    static let legend: [(style: String, label: String)] = [
        ("s4", "generator"), ("s1", "HTTP"), ("s3", "arrival after the answer"), ("s2", "arrival after sending"),
        ("", "dot: median; figures: median · 99th percentile"),
    ]
}
