import ChatrixConformance
import Testing

@Suite struct InProcessTests {
    @Test(arguments: Checks.all)
    func checkHoldsInProcess(_ check: Check) {
        var target: any Target = InProcessTarget()
        expectHeld(check.run(on: &target, run: 1), of: check)
    }
}

/// Records a failure with its exchange, and a skip that nothing excuses but that there is no broker.
func expectHeld(_ outcome: Check.Outcome, of check: Check) {
    switch outcome {
    case .held: break
    case .skipped where check.needs.contains(.broker): break
    case .failed(let failure): Issue.record("\(check)\n\(failure)")
    case .skipped(let reason): Issue.record("\(check)\nskipped: \(reason)")
    }
}
