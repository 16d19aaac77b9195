import ArgumentParser
import ChatrixCheck

/// How strictly a run is judged.
struct JudgeArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long after a reply a session may be down and excuse the loss of the event (5).", valueName: "seconds"))
    var sessionGrace: Double?

    @Option(
        help: ArgumentHelp(
            "How long an event is waited for at the end of a run before it counts as lost (2).", valueName: "seconds"))
    var deliveryWait: Double?

    @Option(help: ArgumentHelp("Violations kept with their window, per guarantee (100).", valueName: "n"))
    var violationsKept: Int?

    func validate() throws {
        for (name, value) in [("--session-grace", sessionGrace), ("--delivery-wait", deliveryWait)] {
            if let value, !(0...86_400).contains(value) {
                throw ValidationError("\(name) must be from 0 to 86400 seconds")
            }
        }
        if let violationsKept, !(0...1_000_000).contains(violationsKept) {
            throw ValidationError("--violations-kept must be from 0 to 1000000")
        }
    }

    var settings: Judge.Settings {
        var settings = Judge.Settings()
        if let sessionGrace { settings.sessionGrace = Int64(sessionGrace * 1e9) }
        if let deliveryWait { settings.deliveryWait = Int64(deliveryWait * 1e9) }
        if let violationsKept { settings.violationsKept = violationsKept }
        return settings
    }
}
