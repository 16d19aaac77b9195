import ChatrixCheck
import ChatrixHistory

/// Everything that charts and the HTML report are made from.
package struct ReportData: Sendable {
    package var summary: Summary
    package var series: Series
    package var measurements: Measurements
    package var sessionChanges: [History.SessionChange]
    /// Begin and end of the load, seconds of the run.
    package var load: ClosedRange<Double>

    package init(_ history: History, _ judgement: Judgement, _ summary: Summary, _ series: Series) {
        self.summary = summary
        self.series = series
        measurements = judgement.measurements
        sessionChanges = history.sessionChanges.filter { history.run.end == 0 || $0.at < history.run.end }
        let start = Double(history.run.loadStart) / 1e9
        load = start...max(start, Double(history.run.loadEnd) / 1e9)
    }
}

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
    static func svg(_ data: ReportData, width: Double) -> String?
}

extension Chart {
    static var isFullWidth: Bool { false }
}

/// Every chart, in the order of the page.
enum Charts {
    static let all: [any Chart.Type] = [
        ThroughputChart.self, LatencyChart.self, PercentileChart.self, HopChart.self, ViolationChart.self,
    ]
}
