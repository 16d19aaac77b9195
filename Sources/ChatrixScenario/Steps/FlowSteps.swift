import ChatrixHistory

/// The steps of the language itself. What they mean is in `ScenarioReader` and in the engine.
extension StepDeclaration {
    static let flow = [
        StepDeclaration(
            flow: "think", "Waits.", value: .distribution),
        StepDeclaration(
            flow: "await", "Waits until an event of this conversation has arrived.",
            keys: [
                KeyDeclaration(
                    "event", .word(awaitable.map(\.rawValue)), required: true,
                    "Which; a message is the one that the flow sent last."),
                KeyDeclaration("at", .word(["peer", "self"]), "At whose subscription; default self."),
                KeyDeclaration("within", .duration(1...3_600_000_000_000), "Deadline; default 2s."),
            ], bare: "event"),
        StepDeclaration(
            flow: "peer", "The partner does what is nested; there, `self` and `peer` change their parts.",
            value: .nested("a step or a list of steps", .stepOrSteps)),
        StepDeclaration(
            flow: "if", "Goes through `then` where the condition holds, else through `else`.",
            value: .nested("a condition such as '{{n}} < 3' or {chance: 30%}", .condition),
            companions: [
                KeyDeclaration("then", .nested("a list of steps", .steps), required: true, "Where it holds."),
                KeyDeclaration("else", .nested("a list of steps", .steps), "Where it does not; default nothing."),
            ]),
        StepDeclaration(
            flow: "repeat", "Goes through the steps again and again, until the first of its ends is reached.",
            keys: [
                KeyDeclaration("times", .template(500), "So many times."),
                KeyDeclaration(
                    "while", .nested("a condition such as '{{cursor}} != \"\"'", .condition),
                    "As long as it holds, which is looked at before each time."),
                KeyDeclaration(
                    "for", .duration(1...Quantity.longestNanoseconds), "No time begins when this has passed."),
                KeyDeclaration(
                    "every", .distribution, "From the beginning of one time to that of the next; default at once."),
                KeyDeclaration("steps", .nested("a list of steps", .steps), required: true, "What is repeated."),
            ]),
        StepDeclaration(
            flow: "choose", "Goes through one of the branches, drawn by weight.",
            value: .nested("a list of {weight, steps}", .branches)),
        StepDeclaration(
            flow: "set", "Gives variables of the flow a value.",
            value: .nested("a mapping of variables to texts", .assignments)),
        StepDeclaration(
            flow: "disconnect", "Closes connections, as an app or a network does that goes away; bare, all of them.",
            value: .words(connections), isValueOptional: true),
        StepDeclaration(
            flow: "connect", "Opens connections again; bare, those of `channels`. HTTP opens by itself.",
            value: .words(connections), isValueOptional: true),
        StepDeclaration(
            flow: "background", "The app goes into the background and comes back: disconnect, think, connect.",
            keys: [KeyDeclaration("for", .distribution, required: true, "How long.")], bare: "for"),
    ]

    private static let awaitable = History.Delivery.Kind.allCases.filter { $0 != .unreadable && $0 != .socketError }
    private static let connections = Step.Session.Connection.allCases.map(\.rawValue)

    static let branchKeys = [
        KeyDeclaration("weight", .weight, "How often it is drawn, in relation to the others; default 1."),
        KeyDeclaration("steps", .nested("a list of steps", .steps), required: true, "What happens."),
    ]

    /// What any call may say beside its own keys.
    static let callKeys = [
        KeyDeclaration(
            "save", .nested("a mapping of variables to paths such as messages[0].id", .captures),
            "What to keep of the answer."),
        KeyDeclaration(
            "expect", .whole(100...599), "The only status that is right; default any success."),
    ]
}
