import ChatrixCheck
import Foundation

/// An SVG with axes, drawn in page coordinates: colours come from the style sheet of the report, so they follow light and
/// dark.
struct Plot {
    /// From values to page coordinates.
    struct Scale {
        enum Kind { case linear, logarithmic }

        let kind: Kind
        let low: Double
        let high: Double
        let start: Double
        let end: Double

        /// Values outside the domain are moved to its border.
        func position(_ value: Double) -> Double {
            let bounded = min(max(value, low), high)
            let part =
                switch kind {
                case .linear: high > low ? (bounded - low) / (high - low) : 0
                case .logarithmic: high > low ? log(bounded / low) / log(high / low) : 0
                }
            return start + part * (end - start)
        }
    }

    let width: Double
    let height: Double
    let x: Scale
    let y: Scale
    private(set) var body = ""

    static let left = 72.0
    static let top = 14.0
    static let bottom = 42.0
    static let right = 24.0

    /// `xDomain` and `yDomain` must not be empty; logarithmic ones start above 0.
    init(
        width: Double, height: Double, x: (Scale.Kind, ClosedRange<Double>), y: (Scale.Kind, ClosedRange<Double>),
        left: Double = Plot.left
    ) {
        self.width = width
        self.height = height
        self.x = Scale(
            kind: x.0, low: x.1.lowerBound, high: x.1.upperBound, start: left, end: width - Plot.right)
        self.y = Scale(
            kind: y.0, low: y.1.lowerBound, high: y.1.upperBound, start: height - Plot.bottom, end: Plot.top)
    }

    // MARK: Axes

    /// Horizontal grid lines with labels, and the title of the axis along it.
    mutating func yAxis(_ ticks: [(value: Double, label: String)], title: String) {
        for tick in ticks {
            let at = y.position(tick.value)
            line(x.start, at, x.end, at, "grid")
            text(tick.label, x.start - 8, at + 4, "tick", anchor: "end")
        }
        let middle = (y.start + y.end) / 2
        add(
            "<text class=\"axis\" transform=\"translate(13 \(Plot.figure(middle))) rotate(-90)\" "
                + "text-anchor=\"middle\">\(title.xmlEscaped)</text>")
    }

    /// Labels below the plot, grid lines if asked for, and the title of the axis.
    mutating func xAxis(_ ticks: [(value: Double, label: String)], title: String, hasGrid: Bool = false) {
        line(x.start, y.start, x.end, y.start, "base")
        for tick in ticks {
            let at = x.position(tick.value)
            if hasGrid { line(at, y.end, at, y.start, "grid") } else { line(at, y.start, at, y.start + 4, "base") }
            text(tick.label, at, y.start + 17, "tick", anchor: "middle")
        }
        text(title, (x.start + x.end) / 2, height - 6, "axis", anchor: "middle")
    }

    // MARK: Marks

    /// A line through the points; a gap where a value is missing. Single points become dots.
    mutating func curve(_ points: [(x: Double, y: Double?)], _ style: String, isStep: Bool = false) {
        var path = ""
        var run: [(Double, Double)] = []
        func close(_ run: [(Double, Double)], _ path: inout String, _ plot: inout Plot) {
            guard let first = run.first else { return }
            if run.count == 1 {
                plot.dot(first.0, first.1, 2, style)
                return
            }
            path += "M\(Plot.figure(first.0)) \(Plot.figure(first.1))"
            for (index, point) in run.enumerated().dropFirst() {
                if isStep { path += "L\(Plot.figure(point.0)) \(Plot.figure(run[index - 1].1))" }
                path += "L\(Plot.figure(point.0)) \(Plot.figure(point.1))"
            }
        }
        for point in points {
            if let value = point.y {
                run.append((x.position(point.x), y.position(value)))
            } else {
                close(run, &path, &self)
                run = []
            }
        }
        close(run, &path, &self)
        if !path.isEmpty { add("<path class=\"line \(style)\" d=\"\(path)\"/>") }
    }

    /// The space between the points and the x axis.
    mutating func area(_ points: [(x: Double, y: Double)], _ style: String) {
        guard points.count > 1, let first = points.first, let last = points.last else { return }
        var path = "M\(Plot.figure(x.position(first.x))) \(Plot.figure(y.start))"
        for point in points { path += "L\(Plot.figure(x.position(point.x))) \(Plot.figure(y.position(point.y)))" }
        path += "L\(Plot.figure(x.position(last.x))) \(Plot.figure(y.start))Z"
        add("<path class=\"area \(style)\" d=\"\(path)\"/>")
    }

    /// Page coordinates.
    mutating func dot(_ atX: Double, _ atY: Double, _ radius: Double, _ style: String, title: String = "") {
        let inner = title.isEmpty ? "/>" : "><title>\(title.xmlEscaped)</title></circle>"
        add(
            "<circle class=\"dot \(style)\" cx=\"\(Plot.figure(atX))\" cy=\"\(Plot.figure(atY))\" "
                + "r=\"\(Plot.figure(radius))\"\(inner)")
    }

    /// Page coordinates.
    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
        add(
            "<line class=\"\(style)\" x1=\"\(Plot.figure(x1))\" y1=\"\(Plot.figure(y1))\" x2=\"\(Plot.figure(x2))\" "
                + "y2=\"\(Plot.figure(y2))\"/>")
    }

    /// Page coordinates.
    mutating func rectangle(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
        add(
            "<rect class=\"\(style)\" x=\"\(Plot.figure(min(x1, x2)))\" y=\"\(Plot.figure(min(y1, y2)))\" "
                + "width=\"\(Plot.figure(abs(x2 - x1)))\" height=\"\(Plot.figure(abs(y2 - y1)))\"/>")
    }

    /// A piece of a heat map; page coordinates.
    mutating func cell(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String, opacity: Double) {
        // A little wider than its place, so that no seams show between neighbours.
        add(
            "<rect class=\"cell \(style)\" x=\"\(Plot.figure(x1))\" y=\"\(Plot.figure(y1))\" "
                + "width=\"\(Plot.figure(x2 - x1 + 0.4))\" height=\"\(Plot.figure(y2 - y1 + 0.4))\" "
                + "opacity=\"\(Figure.fixed(opacity, 2))\"/>")
    }

    /// Page coordinates; `anchor`: `start`, `middle` or `end`.
    mutating func text(_ text: String, _ atX: Double, _ atY: Double, _ style: String, anchor: String = "start") {
        add(
            "<text class=\"\(style)\" x=\"\(Plot.figure(atX))\" y=\"\(Plot.figure(atY))\" text-anchor=\"\(anchor)\">"
                + "\(text.xmlEscaped)</text>")
    }

    private mutating func add(_ element: String) { body += element + "\n" }

    /// The finished picture. `id` is unique in the page; `description` is read out by screen readers.
    func svg(id: String, title: String, description: String) -> String {
        """
        <svg viewBox="0 0 \(Plot.figure(width)) \(Plot.figure(height))" role="img" \
        aria-labelledby="\(id)-title \(id)-text" xmlns="http://www.w3.org/2000/svg">
        <title id="\(id)-title">\(title.xmlEscaped)</title>
        <desc id="\(id)-text">\(description.xmlEscaped)</desc>
        \(body)</svg>
        """
    }

    /// At most one decimal.
    static func figure(_ value: Double) -> String {
        let tenths = (value * 10).rounded()
        guard tenths.isFinite else { return "0" }
        let whole = Int(tenths) / 10
        let rest = abs(Int(tenths)) % 10
        let sign = tenths < 0 && whole == 0 ? "-" : ""
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }
}

/// Places for tick marks.
enum Ticks {
    /// About `count` round steps from 0 to at least `high`; the last one is the end of the axis.
    static func linear(to high: Double, count: Int) -> [Double] {
        guard high > 0 else { return [0, 1] }
        let raw = high / Double(count)
        let power = pow(10, floor(log10(raw)))
        let step = ([1, 2, 2.5, 5, 10].first { $0 * power >= raw * 0.999 } ?? 10) * power
        let number = Int((high / step - 1e-9).rounded(.up))
        return (0...max(number, 1)).map { Double($0) * step }
    }

    /// Whole seconds that suit clocks: 1, 2, 5, 10, 15, 30, 60, …; inside 0…`seconds`.
    static func time(to seconds: Double, count: Int) -> [Double] {
        let steps: [Double] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]
        let step = steps.first { seconds / $0 <= Double(count) } ?? (seconds / Double(count)).rounded(.up)
        return (0...max(Int(seconds / step), 0)).map { Double($0) * step }
    }

    /// Powers of ten around the values; on short axes 2 and 5 as well. The first and the last are the ends of the axis.
    static func logarithmic(from low: Double, to high: Double) -> [Double] {
        let first = floor(log10(max(low, 1e-6)) + 1e-9)
        let last = max(ceil(log10(max(high, 1e-6)) - 1e-9), first + 1)
        let factors: [Double] = last - first <= 2 ? [1, 2, 5] : [1]
        var ticks: [Double] = []
        for exponent in Int(first)..<Int(last) { ticks += factors.map { $0 * pow(10, Double(exponent)) } }
        ticks.append(pow(10, last))
        // Whole steps that no value reaches would only push the curves together.
        while ticks.count > 2, ticks[ticks.count - 2] >= high { ticks.removeLast() }
        while ticks.count > 2, ticks[1] <= low { ticks.removeFirst() }
        return ticks
    }

    /// `5 s`, `1:30 min`, `2:00 h`: labels of the same axis have the same form.
    static func clock(_ seconds: Double, upTo end: Double) -> String {
        let whole = Int(seconds.rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if end < 120 { return "\(whole)" }
        if end < 7200 { return "\(whole / 60):\(two(whole % 60))" }
        return "\(whole / 3600):\(two(whole / 60 % 60))"
    }

    /// The unit of `clock`.
    static func clockUnit(upTo end: Double) -> String { end < 120 ? "s" : end < 7200 ? "min:s" : "h:min" }

    /// A duration on a logarithmic axis of milliseconds.
    static func milliseconds(_ value: Double) -> String {
        if value < 0.9999 { return "\(trimmed(value * 1000)) µs" }
        if value < 999.9 { return "\(trimmed(value)) ms" }
        return "\(trimmed(value / 1000)) s"
    }

    private static func trimmed(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() ? String(Int(rounded)) : Figure.fixed(rounded, rounded < 1 ? 2 : 1)
    }

    static func count(_ value: Double) -> String {
        if value >= 10_000 { return "\(trimmed(value / 1000))k" }
        return trimmed(value)
    }
}

extension Plot {
    /// The axis of time of a whole run, with the load phase marked.
    mutating func timeAxis(_ data: RunReport) {
        let end = x.high
        let count = width < 500 ? 5 : 10
        if data.load.upperBound > data.load.lowerBound {
            for (from, to) in [(0, data.load.lowerBound), (data.load.upperBound, end)] where to > from {
                rectangle(x.position(from), y.start, x.position(to), y.end, "outside")
            }
        }
        xAxis(
            Ticks.time(to: end, count: count).map { ($0, Ticks.clock($0, upTo: end)) },
            title: "time since the start (\(Ticks.clockUnit(upTo: end)))")
    }

    static func seconds(_ data: RunReport) -> ClosedRange<Double> { 0...max(Double(data.timeline.seconds), 1) }

    /// So many stretches of time that a curve stays a curve and the file small.
    static func stretches(_ data: RunReport) -> [Timeline.Stretch] { data.timeline.stretches(atMost: 360) }
}
