import ChatrixCheck
import ChatrixHistory
import Foundation

/// Latency at every percentile, the tail stretched: each step to the right leaves out nine tenths of what was left.
enum PercentileChart: Chart {
    static let id = "percentiles"
    static let title = "Percentile curve"
    static let caption = "Which share of all requests and messages was at least this fast; both axes logarithmic."

    static func svg(_ data: RunReport, width: Double) -> String? {
        let arrivals = data.judgement.measurements.deliveryByKind
        let curves: [(style: String, distribution: Distribution?)] = [
            ("s1", data.judgement.measurements.requests.latency),
            ("s2", arrivals[.message]),
            ("s3", arrivals[.readReceipt]),
        ]
        let present = curves.compactMap { curve in
            curve.distribution.flatMap { $0.count > 0 ? (style: curve.style, distribution: $0) : nil }
        }
        guard let most = present.map(\.distribution.count).max() else { return nil }
        // No further than one of the values is left.
        let decades = max(1, min(5, Int(log10(Double(most)).rounded(.up))))
        let values = present.flatMap { [$0.distribution.value(.minimum), $0.distribution.value(.maximum)] }
            .compactMap { $0.map { max($0, 0.001) } }
        guard let low = values.min(), let high = values.max() else { return nil }
        let ticks = Ticks.logarithmic(from: low, to: high)
        guard let first = ticks.first, let last = ticks.last else { return nil }
        let end = pow(10, Double(decades))
        var plot = Plot(width: width, height: 270, x: (.logarithmic, 1...end), y: (.logarithmic, first...last))
        plot.yAxis(ticks.map { ($0, Ticks.milliseconds($0)) }, title: "latency")
        let marks: [(Double, String)] = [
            (1, "0"), (2, "50"), (10, "90"), (100, "99"), (1000, "99.9"), (10_000, "99.99"), (100_000, "99.999"),
        ]
        plot.xAxis(
            marks.filter { $0.0 <= end }.map { ($0.0, $0.1) }, title: "percentile (%)", hasGrid: true)
        for (style, distribution) in present {
            let steps = 40 * decades
            let points: [(x: Double, y: Double?)] = (0...steps).compactMap { step in
                let left = pow(10, Double(step) / 40)
                guard left <= Double(distribution.count) * 1.0001 || step == 0,
                    let value = distribution.percentile(100 * (1 - 1 / left))
                else { return nil }
                return (left, max(Double(value) / 1e6, 0.001))
            }
            plot.curve(points, style)
        }
        let summary = data.summary.metrics.filter { ["http", "delivery.message"].contains($0.name) }
            .map {
                "\($0.name): median \(Figure.duration(milliseconds: $0.med)), 99 % within "
                    + Figure.duration(milliseconds: $0.p99)
            }
        return plot.svg(
            id: "\(id)-\(Int(width))", title: title, description: summary.joined(separator: "; ") + ".")
    }

    static let legend: [(style: String, label: String)] = [
        ("s1", "HTTP answer"), ("s2", "message arrival"), ("s3", "read receipt arrival"),
    ]
}
