import ChatrixCheck

/// Processors that the generator and the server used, second by second.
enum ProcessorChart: Chart {
    static let id = "processors"
    static let title = "Processors in use"
    static let caption = "1 is a whole processor. A generator near its limit measures itself."
    static let legend: [(style: String, label: String)] = [("s4", "generator, judging included"), ("s1", "server")]

    static func svg(_ data: RunReport, width: Double) -> String? {
        let generator = data.figures.processes[.generator]?.processorsInUse ?? []
        let server = data.figures.processes[.server]?.processorsInUse ?? []
        guard !generator.isEmpty else { return nil }
        let ticks = Ticks.linear(to: max((generator + server).map(\.value).max() ?? 1, 0.1), count: 4)
        var plot = Plot(
            width: width, height: 220, x: (.linear, Plot.seconds(data)), y: (.linear, 0...(ticks.last ?? 1)))
        plot.yAxis(ticks.map { ($0, Ticks.count($0)) }, title: "processors")
        plot.timeAxis(data)
        plot.curve(server.map { ($0.second, $0.value) }, "s1")
        plot.curve(generator.map { ($0.second, $0.value) }, "s4")
        let most = generator.map(\.value).max() ?? 0
        return plot.svg(
            id: "\(id)-\(Int(width))", title: title,
            description: "The generator used at most \(Figure.fixed(most, 2)) processors.")
    }
}

/// Memory of the generator and the server over the run.
enum MemoryChart: Chart {
    static let id = "memory"
    static let title = "Memory"
    static let caption = "Resident memory; a long run should stay flat."
    static let legend: [(style: String, label: String)] = ProcessorChart.legend

    static func svg(_ data: RunReport, width: Double) -> String? {
        func curve(_ process: ProcessSample.Process) -> [(x: Double, y: Double?)] {
            (data.figures.processes[process]?.samples ?? []).map {
                (Double($0.at) / 1e9, Double($0.residentBytes) / Double(1 << 20))
            }
        }
        let (generator, server) = (curve(.generator), curve(.server))
        guard generator.count > 1 else { return nil }
        let most = (generator + server).compactMap(\.y).max() ?? 1
        let ticks = Ticks.linear(to: most, count: 4)
        var plot = Plot(
            width: width, height: 220, x: (.linear, Plot.seconds(data)), y: (.linear, 0...(ticks.last ?? 1)))
        plot.yAxis(ticks.map { ($0, Ticks.count($0)) }, title: "MiB")
        plot.timeAxis(data)
        plot.curve(server, "s1")
        plot.curve(generator, "s4")
        return plot.svg(
            id: "\(id)-\(Int(width))", title: title, description: "At most \(Figure.fixed(most, 0)) MiB.")
    }
}

/// How late the generator handed requests to their connections.
enum LagChart: Chart {
    static let id = "lag"
    static let title = "The generator's own lag"
    static let caption =
        "Longest delay of each second between the scheduled moment and the hand-over to the connection; logarithmic."
    static let legend: [(style: String, label: String)] = []

    static func svg(_ data: RunReport, width: Double) -> String? {
        let points = Plot.stretches(data).filter { $0.point.requests > 0 }
            .map { (middle: $0.middle, lag: max(Double($0.point.lagMax) / 1e6, 0.001)) }
        // In virtual time there is none.
        guard let low = points.map(\.lag).min(), let high = points.map(\.lag).max(), high > 0.001 else { return nil }
        let ticks = Ticks.logarithmic(from: low, to: high)
        guard let first = ticks.first, let last = ticks.last else { return nil }
        var plot = Plot(
            width: width, height: 220, x: (.linear, Plot.seconds(data)), y: (.logarithmic, first...last))
        plot.yAxis(ticks.map { ($0, Ticks.milliseconds($0)) }, title: "lag")
        plot.timeAxis(data)
        plot.curve(points.map { ($0.middle, $0.lag) }, "s4")
        return plot.svg(
            id: "\(id)-\(Int(width))", title: title,
            description: "At worst \(Figure.duration(milliseconds: high)).")
    }
}
