/// Where in time the violations lie, a row for each guarantee, with the windows of history that show them.
enum ViolationChart: Chart {
    static let id = "violations-over-time"
    static let title = "Violations over time"
    static let caption = "Each mark is a violation that was kept with its window of history, the line through it."

    static let isFullWidth = true

    static func svg(_ data: RunReport, width: Double) -> String? {
        let broken = data.summary.guarantees.filter { $0.verdict == "invalid" }
        guard !broken.isEmpty, data.summary.violations.contains(where: { !$0.window.isEmpty }) else { return nil }
        let row = 34.0
        var plot = Plot(
            width: width, height: Plot.top + Plot.bottom + row * Double(broken.count),
            x: (.linear, Plot.seconds(data)), y: (.linear, 0...Double(broken.count)), left: 80)
        plot.timeAxis(data)
        for (index, guarantee) in broken.enumerated() {
            let middle = Plot.top + row * (Double(index) + 0.5)
            plot.text(guarantee.name, plot.x.start - 10, middle + 4, "label", anchor: "end")
            plot.line(plot.x.start, middle, plot.x.end, middle, "grid")
            let kept = data.summary.violations.filter { $0.guarantee == guarantee.name }
            if guarantee.violations > kept.count {
                // Without it the row would look as if the trouble ended with the last one that was kept.
                plot.text(
                    "and \(Figure.count(guarantee.violations - kept.count)) more", plot.x.end, middle - 7, "value",
                    anchor: "end")
            }
            for violation in kept {
                guard let first = violation.window.first, let last = violation.window.last else { continue }
                let from = plot.x.position(first.at)
                let to = plot.x.position(last.at)
                if to - from > 1 { plot.line(from, middle, to, middle, "window") }
                plot.dot(to, middle, 5, "bad", title: violation.statement)
            }
        }
        return plot.svg(
            id: "\(id)-\(Int(width))", title: title,
            description: broken.map { "\($0.name): \($0.violations) violations" }.joined(separator: "; ") + ".")
    }

    static let legend: [(style: String, label: String)] = []
}
