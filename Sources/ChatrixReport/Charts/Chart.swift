import ChatrixCheck
import ChatrixHistory

/// A picture in the report.
protocol Chart: Sendable {
    /// Unique in the page, fit for an HTML id.
    static var id: String { get }
    static var title: String { get }
    /// How to read it, one sentence.
    static var caption: String { get }

    /// Takes a row of its own on wide pages.
    static var isFullWidth: Bool { get }
    /// What the styles mean; an empty style is a note.
    static var legend: [(style: String, label: String)] { get }

    /// An SVG of the given width; `nil` if there is nothing to show.
    static func svg(_ data: RunReport, width: Double) -> String?
}

extension Chart {
    static var isFullWidth: Bool { false }
}

/// Every chart, in the order of the page.
enum Charts {
    static let all: [any Chart.Type] = [
        ThroughputChart.self, LatencyChart.self, AnswerHeatMap.self, ArrivalHeatMap.self, PercentileChart.self,
        HopChart.self, LagChart.self, ProcessorChart.self, MemoryChart.self, ViolationChart.self,
    ]
}

extension RunReport {
    var timeline: Timeline { judgement.measurements.timeline }

    /// Begin and end of the load, seconds of the run.
    var load: ClosedRange<Double> {
        let start = Double(run.loadStart) / 1e9
        return start...max(start, Double(run.loadEnd) / 1e9)
    }
}
