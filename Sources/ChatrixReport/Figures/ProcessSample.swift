/// A look at one of the processes of a run.
package struct ProcessSample: Sendable, Hashable {
    package enum Process: String, Sendable, CaseIterable { case generator, server }

    /// Nanoseconds of the run.
    package var at: Int64
    package var process: Process
    /// User and system time since its start.
    package var cpuSeconds: Double
    package var residentBytes: Int

    package init(at: Int64, process: Process, cpuSeconds: Double, residentBytes: Int) {
        self.at = at
        self.process = process
        self.cpuSeconds = cpuSeconds
        self.residentBytes = residentBytes
    }
}

/// The looks at one process over a run, thinned out as it gets longer.
package struct ProcessFigures: Sendable, Hashable {
    private static let samplesMax = 1440

    private(set) var samples: [ProcessSample] = []
    private(set) var residentBytesMax = 0
    private var stride = 1
    private var seen = 0

    mutating func add(_ sample: ProcessSample) {
        residentBytesMax = max(residentBytesMax, sample.residentBytes)
        defer { seen += 1 }
        guard seen.isMultiple(of: stride) else { return }
        samples.append(sample)
        if samples.count > ProcessFigures.samplesMax {
            samples = samples.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
            stride *= 2
        }
    }

    /// Processors in use between two looks and where their middle lies, seconds of the run.
    var processorsInUse: [(second: Double, value: Double)] {
        zip(samples, samples.dropFirst()).compactMap { a, b in
            let seconds = Double(b.at - a.at) / 1e9
            guard seconds > 0 else { return nil }
            return (Double(a.at + b.at) / 2e9, max(0, b.cpuSeconds - a.cpuSeconds) / seconds)
        }
    }
}
