import ChatrixHistory

extension StepDeclaration {
    static let flow = [
        StepDeclaration(
            flow: "think", "Waits: a fixed time, or one drawn evenly from a range.",
            keys: [KeyDeclaration("for", .durationRange, required: true, "How long.")], bare: "for"),
        StepDeclaration(
            flow: "await", "Waits until an event of this conversation has arrived.",
            keys: [
                KeyDeclaration(
                    "event", .word(awaitable.map(\.rawValue)), required: true,
                    "Which; a message is the one that the flow sent last."),
                KeyDeclaration("at", .word(["peer", "self"]), "At whose subscription; default self."),
                KeyDeclaration("within", .duration(1...3_600_000_000_000), "Deadline; default 2s."),
            ], bare: "event"),
        StepDeclaration(flow: "peer", "The partner does the nested step."),
    ]

    private static let awaitable = History.Delivery.Kind.allCases.filter { $0 != .unreadable && $0 != .socketError }
}
