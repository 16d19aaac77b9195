import ChatrixCheck

/// How a run, or a comparison of two, ends for whoever started it. The one list of codes: the commands have no others.
package enum ExitCode: Int32, Sendable, CaseIterable {
    case held = 0
    case failed = 1
    case wrongUsage = 2
    case unknown = 3
    case saturated = 4
    case thresholdCrossed = 99
    case interrupted = 130

    /// The first that applies of: interrupted, a guarantee failed, the generator was saturated, a threshold ended the run, no
    /// verdict, a threshold was crossed, all held.
    ///
    /// A crossed threshold on delivery latency breaks the guarantee Prompt, so it counts as failed. A run that a threshold ended
    /// leaves much unknown by its nature, so the threshold comes first there. Wrong usage never gets as far as a judgement.
    package init(_ judgement: Judgement, isSaturated: Bool, isInterrupted: Bool, isAborted: Bool = false) {
        self =
            if isInterrupted {
                .interrupted
            } else if judgement.isInvalid {
                .failed
            } else if isSaturated {
                .saturated
            } else if isAborted {
                .thresholdCrossed
            } else if judgement.isUnknown {
                .unknown
            } else if judgement.crossesThreshold {
                .thresholdCrossed
            } else {
                .held
            }
    }

    /// One sentence without an end.
    package var meaning: String {
        switch self {
        case .held: "all guarantees and thresholds held"
        case .failed: "a guarantee was broken"
        case .wrongUsage: "wrong usage or configuration"
        case .unknown: "no verdict: not everything could be judged"
        case .saturated: "void: the load generator was saturated"
        case .thresholdCrossed: "a threshold was crossed"
        case .interrupted: "interrupted before its end"
        }
    }
}
