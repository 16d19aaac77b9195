import ChatrixHistory

extension StepDeclaration {
    static let timing = [
        StepDeclaration(
            "think", area: "Flow", "Waits: a fixed time, or one drawn evenly from a range.",
            keys: [KeyDeclaration("for", .durationRange, required: true, "How long.")], bare: "for"
        ) { values throws(StepFault) in .think(values.duration("for") ?? 0...0) },
        StepDeclaration(
            "await", area: "Flow", "Waits until an event of this conversation has arrived.",
            keys: [
                KeyDeclaration(
                    "event", .word(awaitable.map(\.rawValue)), required: true,
                    "Which; a message is the one that the flow sent last."),
                KeyDeclaration("at", .word(["peer", "self"]), "At whose subscription; default self."),
                KeyDeclaration("within", .duration(1...3_600_000_000_000), "Deadline; default 2s."),
            ], bare: "event"
        ) { values throws(StepFault) in
            .await(
                values.text("event").flatMap(History.Delivery.Kind.init(rawValue:)) ?? .message,
                at: values.text("at").flatMap(Step.Actor.init(rawValue:)) ?? .own,
                within: values.duration("within")?.lowerBound ?? 2_000_000_000)
        },
    ]

    private static let awaitable = History.Delivery.Kind.allCases.filter { $0 != .unreadable }
}
