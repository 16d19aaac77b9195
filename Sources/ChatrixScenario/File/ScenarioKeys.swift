import ChatrixHistory
import ChatrixModel

/// The keys of a scenario file, mapping by mapping. Decoder, schema and documentation read these declarations.
enum ScenarioKeys {
    /// Of the main file; those of `included` may stand in included files too.
    static let root =
        [
            KeyDeclaration("name", .text(100), required: true, "What reports call the scenario."),
            KeyDeclaration("seed", .seed, "Where all randomness and the users' names come from; default 1."),
            KeyDeclaration(
                "users", .whole(Scenario.usersMin...Scenario.usersMax), required: true,
                "The population; all register and connect before the load."),
            KeyDeclaration("roles", .nested("a list of roles", .roles), "Users who have a part of their own."),
            KeyDeclaration(
                "devices", .whole(1...Scenario.devicesMax),
                "Devices of each user, each with connections of its own; default 1."),
            KeyDeclaration(
                "pairs", .nested("a mapping with kind, degree and size", .pairs),
                "Who talks to whom; default ring, 1."),
            KeyDeclaration(
                "channels", .words(History.Channel.allCases.map(\.rawValue)),
                "How users listen to events from the start; default mqtt."),
            KeyDeclaration(
                "linearizability", .flag,
                "Whether the history records what every read showed, as a check for linearizability needs it; default false."
            ),
            KeyDeclaration(
                "settle", .duration(0...3_600_000_000_000),
                "How long to wait at the end for what is outstanding; default 5s."),
            KeyDeclaration(
                "network", .nested("a mapping of delays, losses and partitions", .network),
                "What the network of `simulate` is like; `run` has a real one."),
        ] + included

    static let included = [
        KeyDeclaration("description", .text(2000), "What it is for."),
        KeyDeclaration("include", .nested("a list of files", .includes), "Files whose parts belong to the scenario."),
        KeyDeclaration("data", .nested("a list of feeders", .feeders), "Rows of data that flows draw from."),
        KeyDeclaration(
            "load", .nested("a list of phases", .phases), required: true, "How much is done, phase after phase."),
        KeyDeclaration("flows", .nested("a list of flows", .flows), required: true, "What users do."),
        KeyDeclaration(
            "thresholds", .nested("a list of comparisons", .thresholds), "What has to hold at the end."),
    ]

    static let role = [
        KeyDeclaration("name", .text(60), required: true, "What flows call it."),
        KeyDeclaration(
            "users", .whole(1...Scenario.usersMax), "How many; one role may leave it out and has all the others."),
    ]

    static let pairs = [
        KeyDeclaration(
            "kind", .word(["ring", "random", "star", "groups"]), required: true, "How partners are chosen."),
        KeyDeclaration("degree", .whole(1...100_000), "Partners of each user, of ring and random; default 1."),
        KeyDeclaration("size", .whole(2...100_000), "Users of each group, of groups; default 2."),
    ]

    static let feeder = [
        KeyDeclaration("name", .text(60), required: true, "What templates call it: {{name.column}}."),
        KeyDeclaration("file", .text(1000), "A CSV file with a header row; its path is relative to this file."),
        KeyDeclaration(
            "rows", .nested("a list of mappings with the same keys", .rows), "The rows themselves, instead of a file."),
        KeyDeclaration(
            "order", .word(Scenario.Feeder.Order.allCases.map(\.rawValue)),
            "Which row a flow draws: the next one, any, or that of the user's number; default sequential."),
    ]

    static let phase = [
        KeyDeclaration("name", .text(100), "What reports call the phase; default its number."),
        KeyDeclaration("rate", .rate, "Open model: flows begun per second."),
        KeyDeclaration(
            "spacing", .word(Scenario.Phase.Spacing.allCases.map(\.rawValue)),
            "How the arrivals of a rate are spaced; default even."),
        KeyDeclaration(
            "users", .count(0...Scenario.usersMax), "Closed model: users at work, one flow after the other."),
        KeyDeclaration(
            "iterations", .whole(1...1_000_000_000),
            "Closed model: so many flows, shared by the users; the phase ends with the last, or with its time."),
        KeyDeclaration("for", .duration(1...Quantity.longestNanoseconds), required: true, "How long."),
        KeyDeclaration("warm-up", .flag, "Whether its figures do not count; default false."),
        KeyDeclaration(
            "weights", .nested("a mapping of flows to weights", .weights),
            "Weights of flows in this phase, 0 for none; the others keep their own."),
    ]

    static let flow = [
        KeyDeclaration("name", .text(100), required: true, "What reports call the flow."),
        KeyDeclaration("weight", .weight, "How often it is chosen, in relation to the others; default 1."),
        KeyDeclaration("roles", .nested("a role or a list of roles", .names), "Whose flow it is; default everyone's."),
        KeyDeclaration("steps", .nested("a list of steps", .steps), required: true, "What happens, in order."),
    ]

    static let threshold = [
        KeyDeclaration("check", .text(500), required: true, "The comparison."),
        KeyDeclaration(
            "abort-on-fail", .flag, "Whether the run ends when the threshold is crossed; default false."),
        KeyDeclaration(
            "after", .duration(0...Quantity.longestNanoseconds),
            "How long the load lasts before abort-on-fail looks; default at once."),
    ]

    static let condition = [
        KeyDeclaration("chance", .share, required: true, "True in this share of the times.")
    ]
}
